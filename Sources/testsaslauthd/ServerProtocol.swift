import Authentication

/// The protocol of the socket.
enum ServerProtocol: Hashable, Sendable {
    case mux
    case dovecot(SASLMechanism)
}

/// How the logins of a load use connections of Dovecot's protocol.
enum ConnectionUse: String, CaseIterable, Sendable {
    /// A connection for each login.
    case each
    /// One connection for all logins.
    case kept
}
