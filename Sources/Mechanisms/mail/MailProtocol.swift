/// A protocol of mail programs with a login.
package enum MailProtocol: String, Sendable {
    case imap, pop3

    /// The port for plain connections, which STARTTLS may encrypt.
    var plainPort: UInt16 {
        switch self {
        case .imap: 143
        case .pop3: 110
        }
    }

    /// The port for connections that are encrypted from the start.
    var encryptedPort: UInt16 {
        switch self {
        case .imap: 993
        case .pop3: 995
        }
    }
}
