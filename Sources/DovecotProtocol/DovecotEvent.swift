package import Authentication

/// A request of one connection.
///
/// A client may use an identifier again. The key of the new request is different, so that a late answer to the old one
/// cannot reach it.
package struct RequestKey: Hashable, Sendable {
    package let id: UInt32
    package let serial: UInt64
}

/// What to do about a client's line.
package enum DovecotEvent: ~Copyable, Sendable {
    /// Begin a login. The exchange of the request `replacing` is forgotten without an answer.
    case begin(RequestKey, AuthCommand, replacing: RequestKey?)
    /// Continue a login with the client's next message.
    case proceed(RequestKey, Secret)
    /// The client gave up, and is sent nothing. A verdict that is still to come counts as a failure or success all the
    /// same.
    case cancel(RequestKey)
    /// Send a line. The request `ending` is over for the client, as after `cancel`.
    case send([UInt8], ending: RequestKey?)
    /// Close the connection.
    case close(Violation)
}

/// What to do about the answer to a request.
package enum DovecotAnswer: Hashable, Sendable {
    case line([UInt8])
    /// Close the whole connection: mail servers take that for a temporary failure.
    case close
    /// The request is not waiting for an answer: it was cancelled, replaced or answered.
    case none
}

/// The reply to clients when there is no verdict.
package enum UnavailableAnswer: Hashable, Sendable {
    /// Clients of minor version 0, which know no temporary failure, as with `close`; others as with `fail`.
    case automatic
    /// By closing the connection, unless other requests are in flight on it.
    case close
    /// By a line that says so.
    case fail
}
