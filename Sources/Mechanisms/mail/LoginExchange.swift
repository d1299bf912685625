internal import Authentication

/// What a login does next.
enum Step: ~Copyable {
    case send(Secret)
    case listen
    case over(LoginOutcome)
}

/// The dialogue of one login: which commands are sent, and what the replies mean.
///
/// Has no connection. Keeps nothing of the request, which is an argument each time.
protocol LoginExchange {
    /// The server has greeted and listed its capabilities.
    mutating func begin(_ request: borrowing AuthRequest) -> Step

    /// The server has sent `line`, here without its end.
    mutating func hear(_ line: [UInt8], _ request: borrowing AuthRequest) -> Step

    /// Whether AUTHENTICATE was sent without the credentials, has no reply yet, and another command may follow it.
    var canTurnToOtherCommand: Bool { get }

    /// What the server's replies showed, if anything.
    var lesson: AuthenticateMemory.Lesson? { get }

    /// The command for the credentials, and why it is not the first choice, if it is not.
    var method: String { get }
}

extension Server {
    /// A login at a server with these capabilities; `lesson` is what earlier logins showed.
    func exchange(
        capabilities: Set<String>?,
        isEncrypted: Bool,
        lesson: AuthenticateMemory.Lesson?
    ) -> any LoginExchange {
        switch mailProtocol {
        case .imap: IMAPLogin(self, capabilities: capabilities, isEncrypted: isEncrypted, lesson: lesson)
        case .pop3: POP3Login(self, capabilities: capabilities, isEncrypted: isEncrypted, lesson: lesson)
        }
    }
}

extension MailProtocol {
    /// The command that ends a session.
    var farewell: [UInt8] {
        switch self {
        case .imap: Array("S4 LOGOUT\r\n".utf8)
        case .pop3: Array("QUIT\r\n".utf8)
        }
    }
}
