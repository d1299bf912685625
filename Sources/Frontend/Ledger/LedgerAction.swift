internal import Authentication
internal import Platform

/// What to do after an event in the ledger.
enum LedgerAction {
    // Clients.
    /// The client has a slot: read its input.
    case read(ClientID)
    /// An optional field has not arrived: continue without it.
    case finishRequest(ClientID)
    /// Send the reply; with `closes`, close the connection and forget the client.
    case answer(ClientID, Answer, closes: Bool)
    /// Close the connection and forget the client.
    case close(ClientID)

    // Requests and workers.
    /// Send a request to a worker, unless its client has hung up.
    case hand(RequestID, mechanism: Int, worker: Int)
    /// Discard the contents of a request.
    case forget(RequestID)
    /// Check whether the client of a request that no worker has is still connected.
    case look(RequestID, ClientID)
    case startWorker(mechanism: Int, Int)
    /// Close the connection to a worker, which has no requests.
    case retireWorker(mechanism: Int, Int)
    /// Kill a worker that does not respond; report `workerGone` afterwards.
    case killWorker(mechanism: Int, Int)

    // The frontend.
    /// Report to the master that each mechanism has had a ready worker.
    case tellReady
    /// Accept clients.
    case listen
    /// Stop accepting clients: another frontend has taken over or, with a `reason`, none has.
    case stopListening(reason: String?)
    /// Exit with this code.
    case exit(Int32)

    indirect case log(AuditLine)
}

/// Identifies a request until its verdict, also to workers.
typealias RequestID = UInt32

/// A reply to a client, independent of the protocol.
struct Answer: Hashable, Sendable {
    let verdict: Verdict
    /// The number of the mechanism whose texts apply; `nil` for the cache.
    let mechanism: Int?

    static let cached = Answer(verdict: .accepted, mechanism: nil)
}

/// An event that the ledger scheduled.
struct Deadline: Comparable {
    enum Event: Hashable {
        /// A client has taken too long over an optional field.
        case address(ClientID)
        /// A delayed reply is due.
        case answer(RequestID)
        /// The frontend exits: clients have had enough time to send their requests.
        case patience
        /// The frontend exits, whoever is connected.
        case end
    }

    let time: Instant
    let event: Event

    static func < (left: Deadline, right: Deadline) -> Bool { left.time < right.time }
}
