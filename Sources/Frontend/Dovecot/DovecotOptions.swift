internal import Authentication
internal import DovecotProtocol

/// How a socket for clients of Dovecot's authentication protocol is served.
struct DovecotOptions: Hashable, Sendable {
    /// At least one.
    var mechanisms: [SASLMechanism] = [.plain, .login]
    /// After how many milliseconds a client gets a temporary failure.
    var deadline = 8_000
    /// The longest delay of a refusal, in milliseconds.
    var longestDelay = 5_000
    /// How clients are answered when there is no verdict.
    var unavailable = UnavailableAnswer.automatic
}
