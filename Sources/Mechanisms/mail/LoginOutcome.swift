internal import Authentication

/// What came of asking one server.
enum LoginOutcome: Hashable, Sendable {
    case accepted
    case refused(Refusal)
    /// The server answers, and cannot say or will not hear.
    case undecided(String)
    /// The server has hung up over AUTHENTICATE, before it had the credentials: it may take them by another command.
    case unheard(String)
    /// The server does not do its work.
    case failed(String)
    /// The server has neither greeted nor hung up in time.
    case late(String)

    /// What a NO or an -ERR to the credentials means, or a BAD.
    init(refusal text: [UInt8], isBad: Bool = false, to request: borrowing AuthRequest) {
        let words = ServerText(text, hiding: request)
        switch RefusalText(text, isBad: isBad, login: request.login.bytes.span) {
        case .judged(let refusal): self = .refused(refusal)
        case .cannotTell: self = .undecided("it says \(words)")
        case .elsewhere: self = .undecided("it refers to another server: \(words)")
        case .wantsTLS: self = .undecided("it takes no password on a connection without TLS: \(words)")
        case .notUnderstood: self = .undecided("it does not understand the login: \(words)")
        }
    }
}

extension LoginOutcome: CustomStringConvertible {
    var description: String {
        switch self {
        case .accepted: "verdict: accepted"
        case .refused(.unknownUser): "verdict: refused, no such user"
        case .refused(.wrongPassword): "verdict: refused, wrong login or password"
        case .refused(.passwordExpired): "verdict: refused, expired password"
        case .refused(.accountExpired): "verdict: refused, expired account"
        case .refused(.notPermitted): "verdict: refused, not permitted"
        case .undecided(let reason), .unheard(let reason), .failed(let reason), .late(let reason):
            "no verdict: \(reason)"
        }
    }
}
