internal import Authentication

/// What a login does next.
enum Step: ~Copyable {
    case send(Secret)
    case listen
    case over(LoginOutcome)
}

/// The login itself: which commands are sent, and what the answers mean.
///
/// Knows no connection. It keeps nothing of the request, which is handed in each time.
protocol LoginExchange {
    /// The server has greeted, and listed what it offers.
    mutating func begin(_ request: borrowing AuthRequest) -> Step

    /// The server has sent a line, here without its end.
    mutating func hear(_ line: [UInt8], _ request: borrowing AuthRequest) -> Step

    /// Whether AUTHENTICATE was sent without the credentials, and its answer is awaited, where another command may follow.
    var canTurnToOtherCommand: Bool { get }

    /// What the server's answers have shown, if anything.
    var lesson: AuthenticateMemory.Lesson? { get }

    /// By which command the credentials were sent, or would have been; and why it is not the first choice.
    var method: String { get }
}

extension Server {
    /// A login by a server that has said of itself what it can, and of which earlier logins have shown `lesson`.
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
    /// What a polite client sends at the end.
    var farewell: [UInt8] {
        switch self {
        case .imap: Array("S4 LOGOUT\r\n".utf8)
        case .pop3: Array("QUIT\r\n".utf8)
        }
    }
}
