internal import Authentication

/// A server, and how to log in to it.
struct Server: Hashable, Sendable, CustomStringConvertible {
    /// Whether to encrypt a plain connection with the command STARTTLS or STLS.
    enum StartTLS: String, Sendable {
        /// No login without encryption.
        case required
        /// Never.
        case no
        /// If the server lists it.
        case `try`
    }

    /// How the password is sent.
    enum Method: String, Sendable {
        /// SASL PLAIN if the server lists it, otherwise the command of the protocol.
        case any
        /// SASL PLAIN.
        case plain
        /// LOGIN in IMAP, USER and PASS in POP3.
        case login
        /// A digest of the password and a challenge of the server.
        case cramMD5 = "cram-md5"

        /// The name of the SASL mechanism, for the methods that are one.
        var saslName: String { rawValue.uppercased() }
    }

    let mailProtocol: MailProtocol
    /// A name or an address, without brackets.
    let host: String
    let port: UInt16
    /// Whether the connection is encrypted from the start.
    let isEncrypted: Bool
    var startTLS: StartTLS
    /// A file with the trusted authorities; empty for the system's.
    var authorities = ""
    /// The name in the certificate; empty if it is `host`.
    var certificateName = ""
    /// Whether the certificate is not verified.
    var acceptsAnyCertificate = false
    var method = Method.any
    /// Whether the server gets the client's address.
    var tellsAddress = false

    init(_ mailProtocol: MailProtocol, host: String, port: UInt16, isEncrypted: Bool, startTLS: StartTLS) {
        self.mailProtocol = mailProtocol
        self.host = host
        self.port = port
        self.isEncrypted = isEncrypted
        self.startTLS = startTLS
    }

    /// Whether the host's name or address is that of this machine.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }

    /// The URL for libcurl, with the name in the certificate.
    var url: String {
        "\(scheme)://\(Self.bracketed(certificateName.isEmpty ? host : certificateName)):\(port)/"
    }

    /// The host and port to connect to if `url` has another name, in the form of `CURLOPT_CONNECT_TO`; otherwise `nil`.
    var connectTo: String? {
        certificateName.isEmpty ? nil : "::\(Self.bracketed(host)):\(port)"
    }

    var description: String { "\(scheme)://\(Self.bracketed(host)):\(port)" }

    private var scheme: String { mailProtocol.rawValue + (isEncrypted ? "s" : "") }

    /// An IPv6 address in the form of URLs, where the percent sign before the zone is escaped.
    private static func bracketed(_ host: String) -> String {
        guard host.utf8.contains(UInt8(ascii: ":")) else { return host }
        let parts = host.split(separator: "%", maxSplits: 1)
        return "[" + parts.joined(separator: "%25") + "]"
    }
}
