internal import Authentication

/// A server that is asked, and how.
struct Server: Hashable, Sendable, CustomStringConvertible {
    /// When a plain connection is encrypted, with the command STARTTLS or STLS.
    enum StartTLS: String, Sendable {
        /// No login without it.
        case required
        /// Never.
        case no
        /// Where the server offers it.
        case `try`
    }

    /// How the password is sent.
    enum Method: String, Sendable {
        /// SASL PLAIN where the server offers it, else the command of the protocol.
        case any
        /// SASL PLAIN.
        case plain
        /// LOGIN in IMAP, USER and PASS in POP3.
        case login
        /// A digest of it, with a text that the server makes.
        case cramMD5 = "cram-md5"

        /// The name of the SASL mechanism, where it is one.
        var saslName: String { rawValue.uppercased() }
    }

    let mailProtocol: MailProtocol
    /// A name or an address, without brackets.
    let host: String
    let port: UInt16
    /// Whether the connection is encrypted from its first byte on.
    let isEncrypted: Bool
    var startTLS: StartTLS
    /// A file with the certificates that are trusted in the place of the system's; empty for those.
    var authorities = ""
    /// The name that the certificate has to hold in the place of `host`; empty for that.
    var certificateName = ""
    /// Whether any certificate will do.
    var acceptsAnyCertificate = false
    var method = Method.any
    /// Whether the server is told the address of the client.
    var tellsAddress = false

    init(_ mailProtocol: MailProtocol, host: String, port: UInt16, isEncrypted: Bool, startTLS: StartTLS) {
        self.mailProtocol = mailProtocol
        self.host = host
        self.port = port
        self.isEncrypted = isEncrypted
        self.startTLS = startTLS
    }

    /// Whether the host is this machine, as far as its name tells.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }

    /// What libcurl is to connect to, under the name that the certificate has to hold.
    var url: String {
        "\(scheme)://\(Self.bracketed(certificateName.isEmpty ? host : certificateName)):\(port)/"
    }

    /// Where libcurl is to connect in the place of what `url` says, as `CURLOPT_CONNECT_TO` has it; `nil` where it
    /// need not.
    var connectTo: String? {
        certificateName.isEmpty ? nil : "::\(Self.bracketed(host)):\(port)"
    }

    var description: String { "\(scheme)://\(Self.bracketed(host)):\(port)" }

    private var scheme: String { mailProtocol.rawValue + (isEncrypted ? "s" : "") }

    /// An IPv6 address as URLs have it; the sign before its zone is itself escaped there.
    private static func bracketed(_ host: String) -> String {
        guard host.utf8.contains(UInt8(ascii: ":")) else { return host }
        let parts = host.split(separator: "%", maxSplits: 1)
        return "[" + parts.joined(separator: "%25") + "]"
    }
}
