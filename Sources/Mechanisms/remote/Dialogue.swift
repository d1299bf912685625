internal import Authentication

/// What a login does next.
enum Step: ~Copyable {
    case send(Secret)
    case listen
    case over(Outcome)
}

/// The login itself: which commands are sent, and what the answers mean.
///
/// Knows no connection. It keeps nothing of the request, which is handed in each time.
protocol Dialogue {
    /// The server has introduced itself.
    mutating func begin(_ request: borrowing AuthRequest) -> Step

    /// The server has sent a line, here without its end.
    mutating func hear(_ line: [UInt8], _ request: borrowing AuthRequest) -> Step
}

extension Server {
    /// A login by a server that has said of itself what it can.
    func dialogue(capabilities: Set<String>?, isEncrypted: Bool) -> any Dialogue {
        switch mailProtocol {
        case .imap: IMAPDialogue(self, capabilities: capabilities, isEncrypted: isEncrypted)
        case .pop3: POP3Dialogue(self, capabilities: capabilities, isEncrypted: isEncrypted)
        }
    }
}

extension MailProtocol {
    /// What a polite client sends at the end.
    var farewell: [UInt8] {
        switch self {
        case .imap: Array("S3 LOGOUT\r\n".utf8)
        case .pop3: Array("QUIT\r\n".utf8)
        }
    }
}
