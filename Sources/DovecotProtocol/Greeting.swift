package import Authentication

/// The server's first lines.
///
/// They are sent at once, before the client says anything. `MECH` comes before `SPID`, because Postfix and Exim take
/// the opposite order for another protocol.
package struct Greeting: Hashable, Sendable {
    /// The version of the protocol.
    ///
    /// Minor version 2 is the last one that no client answers by waiting for more.
    package static let majorVersion = 1
    package static let minorVersion = 2

    /// The number of random bytes in a cookie.
    package static let cookieLength = 16

    package let mechanisms: [SASLMechanism]
    /// The process id of the server.
    package let process: UInt32
    /// A number that no other connection to this process has.
    package let connection: UInt64
    /// Random bytes, different for each connection.
    package let cookie: [UInt8]

    /// A greeting with at least one mechanism, and a cookie of `cookieLength` random bytes.
    package init(mechanisms: [SASLMechanism], process: UInt32, connection: UInt64, cookie: [UInt8]) {
        precondition(!mechanisms.isEmpty, "Postfix does not start without a mechanism")
        precondition(cookie.count == Self.cookieLength)
        self.mechanisms = mechanisms
        self.process = process
        self.connection = connection
        self.cookie = cookie
    }

    /// The lines; fewer than 1,024 bytes, which some clients read at once.
    package var wire: [UInt8] {
        var text = "VERSION\t\(Self.majorVersion)\t\(Self.minorVersion)\n"
        for mechanism in mechanisms {
            text += (["MECH", mechanism.name] + mechanism.flags.map(\.rawValue)).joined(separator: "\t") + "\n"
        }
        text += "SPID\t\(process)\nCUID\t\(connection)\nCOOKIE\t"
        for byte in cookie { text += (byte < 0x10 ? "0" : "") + String(byte, radix: 16) }
        return Array((text + "\nDONE\n").utf8)
    }
}

/// What a client may have to know of a mechanism before it offers it.
package enum MechanismFlag: String, Sendable {
    case plaintext
    /// Open to dictionary attacks on a recorded login.
    case dictionary
    /// Open to active attacks.
    case active
    case mutualAuthentication = "mutual-auth"
}

extension SASLMechanism {
    /// The flags, in Dovecot's order.
    package var flags: [MechanismFlag] {
        switch self {
        case .plain, .login: [.plaintext]
        case .cramMD5: [.dictionary, .active]
        case .scramSHA1, .scramSHA256: [.mutualAuthentication]
        }
    }
}
