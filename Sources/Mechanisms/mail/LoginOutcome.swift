internal import Authentication

/// The result of a login at one server.
enum LoginOutcome: Hashable, Sendable {
    case accepted
    case refused(Refusal)
    /// The server replied, and could not or would not check the login.
    case undecided(String)
    /// The server closed the connection because of AUTHENTICATE, before it had the credentials: another command may work.
    case unheard(String)
    /// The server cannot be reached, or does not behave like a mail server.
    case failed(String)
    /// The server did not greet in time, and did not close the connection.
    case late(String)

    /// The result of a NO, BAD or -ERR to the credentials, by its meaning and text.
    init(_ meaning: RefusalText, _ words: ServerText) {
        switch meaning {
        case .judged(let refusal): self = .refused(refusal)
        case .cannotTell: self = .undecided("the server says \(words)")
        case .elsewhere: self = .undecided("the server refers to another server: \(words)")
        case .wantsTLS: self = .undecided("the server accepts no password without TLS: \(words)")
        case .notUnderstood: self = .undecided("the server did not understand the login: \(words)")
        }
    }
}

extension LoginOutcome {
    /// What a server's refusal says, for `--check`.
    static func words(for refusal: Refusal) -> String {
        switch refusal {
        case .unknownUser: "unknown user"
        case .wrongPassword: "wrong login or password"
        case .passwordExpired: "the password has expired"
        case .accountExpired: "the account has expired"
        case .notPermitted: "the login is not permitted"
        }
    }
}
