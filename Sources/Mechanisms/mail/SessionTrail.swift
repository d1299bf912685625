internal import Authentication

/// What happened on one connection to a server, for `--check` and the log at level debug.
///
/// A value. No line has the password, and texts of the server are cut.
struct SessionTrail: Sendable {
    /// The most addresses, and the most lines of the dialogue, that are kept.
    private static let most = 8
    /// The longest list of login methods, in characters.
    private static let longestList = 200

    private let server: Server
    /// The addresses that libcurl tried, and why they failed.
    private var attempts: [String] = []
    private var isReached = false
    /// The version of TLS and the cipher, as libcurl names them; empty without TLS.
    private var encryption = ""
    private var method = ""
    /// The login methods that were used and the server's replies, in their order.
    private var dialogue: [String] = []

    init(_ server: Server) {
        self.server = server
    }

    /// Takes a text of libcurl's, CURLOPT_DEBUGFUNCTION; those of other releases than the known ones may be ignored.
    mutating func hear(libcurl text: String) {
        let text = String(text.drop(while: \.isWhitespace).prefix { !$0.isNewline })
        if let rest = Self.rest(of: text, behind: "SSL connection using ") {
            encryption = rest
        } else if text.hasPrefix("Connected to ") {
            isReached = true
        } else if text.hasPrefix("Trying ") || text.hasPrefix("connect to "), attempts.count < Self.most {
            attempts.append(text)
        }
    }

    /// Takes the command that a login uses now.
    mutating func use(method: String) {
        guard method != self.method else { return }
        self.method = method
        add("login method: \(method)")
    }

    /// Takes a line of the server after the login began, if it is a reply to it.
    mutating func hear(reply line: [UInt8], _ request: borrowing AuthRequest) {
        let isReply =
            switch server.mailProtocol {
            case .imap:
                switch IMAPReply(line) {
                case .tagged, .garbage, .untagged(.bye, _), .untagged(.bad, _), .untagged(.preauth, _): true
                case .continuation(let text): !text.isEmpty
                case .untagged, .data, .literal: false
                }
            // A bare `+` asks for the credentials.
            case .pop3: line.contains { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: " ") }
            }
        if isReply { add("reply: \(ServerText(line, hiding: request))") }
    }

    private mutating func add(_ line: String) {
        if dialogue.count < Self.most { dialogue.append(line) }
    }

    /// How far a connection came.
    struct Stage: Sendable {
        /// The address and port of an open connection.
        var peer: String?
        /// Whether the connection is open, and encrypted and verified as the options require.
        var isConnected = false
        var isEncrypted = false
    }

    /// The lines, in the order in which things happened.
    func lines(_ greeting: ServerGreeting, _ stage: Stage) -> [String] {
        let wasReached = stage.isConnected || isReached || greeting.hasGreeted
        var lines = wasReached ? ["connected to \(stage.peer ?? server.host)"] : attempts + ["not connected"]
        if server.isEncrypted { lines += tls(stage) }
        if greeting.hasGreeted { lines.append("greeting: \(ServerText(greeting.firstLine))") }
        if !server.isEncrypted, stage.isConnected {
            lines.append("\(server.mailProtocol == .imap ? "STARTTLS" : "STLS"): \(startTLS(greeting, stage))")
            lines += tls(stage)
        }
        guard stage.isConnected else { return lines }
        return lines + [loginMethods(greeting)] + dialogue
    }

    private func tls(_ stage: Stage) -> [String] {
        guard stage.isConnected else { return encryption.isEmpty ? [] : ["TLS: \(encryption)"] }
        guard stage.isEncrypted else { return ["TLS: none"] }
        let name = server.certificateName.isEmpty ? server.host : server.certificateName
        return [
            "TLS: \(encryption)",
            server.acceptsAnyCertificate
                ? "certificate: not verified (insecure=any-certificate)" : "certificate: verified for \(name)",
        ]
    }

    private func startTLS(_ greeting: ServerGreeting, _ stage: Stage) -> String {
        if stage.isEncrypted { return "yes" }
        guard greeting.offersTLS else { return "no, the server does not list it" }
        return server.startTLS == .no ? "no, because of starttls=no" : "no, the server lists it but refuses it"
    }

    private func loginMethods(_ greeting: ServerGreeting) -> String {
        guard let capabilities = greeting.capabilities else { return "the server lists no capabilities" }
        let commands = server.mailProtocol == .imap ? ["LOGINDISABLED"] : ["USER"]
        var names = capabilities.filter { $0.hasPrefix("AUTH=") }.sorted() + commands.filter(capabilities.contains)
        if server.mailProtocol == .imap, !capabilities.contains("LOGINDISABLED") { names.append("LOGIN") }
        let list = names.joined(separator: " ")
        let text = list.count > Self.longestList ? list.prefix(Self.longestList) + " ..." : list
        return "login methods listed: \(text.isEmpty ? "none" : text)"
    }

    private static func rest(of text: String, behind start: String) -> String? {
        text.hasPrefix(start) ? String(text.dropFirst(start.count)) : nil
    }
}
