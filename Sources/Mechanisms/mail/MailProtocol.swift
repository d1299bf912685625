/// A protocol with which mail programs fetch mail, and log in first.
package enum MailProtocol: String, Sendable {
    case imap, pop3

    /// Where servers listen for plain connections, which may become encrypted.
    var plainPort: UInt16 {
        switch self {
        case .imap: 143
        case .pop3: 110
        }
    }

    /// Where servers listen for connections that are encrypted from their first byte on.
    var encryptedPort: UInt16 {
        switch self {
        case .imap: 993
        case .pop3: 995
        }
    }
}
