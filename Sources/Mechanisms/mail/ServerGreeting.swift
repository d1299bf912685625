/// What a server sends before a login, as libcurl passes it on: greeting and capabilities.
struct ServerGreeting: Sendable {
    private let mailProtocol: MailProtocol
    private var heard = 0
    private(set) var hasGreeted = false
    /// The first line.
    private(set) var firstLine: [UInt8] = []
    /// Why no login is possible, or `nil`.
    private(set) var complaint: String?
    /// In upper case, SASL mechanisms as `AUTH=NAME`; `nil` if the server does not list any.
    private(set) var capabilities: Set<String>?
    /// The capabilities of a reply that is not complete; those from before STARTTLS are dropped after it.
    private var pending: Set<String>?
    /// The capabilities in an IMAP server's greeting; they count if the server does not know the command CAPABILITY.
    private var greeted: Set<String>?
    /// How many commands the server has replied to.
    private var answers = 0

    /// How much a server may send before the login, in bytes.
    static let limit = 65_536

    init(of mailProtocol: MailProtocol) {
        self.mailProtocol = mailProtocol
    }

    /// Takes a line without its end; `false` if no login is possible.
    mutating func hear(_ line: [UInt8]) -> Bool {
        heard += line.count + 2
        if !hasGreeted { firstLine = line }
        if heard > Self.limit { complain("the server sent more than \(Self.limit) bytes before the login") }
        switch mailProtocol {
        case .imap: hearIMAP(IMAPReply(line), line)
        case .pop3: hearPOP3(line)
        }
        hasGreeted = true
        return complaint == nil
    }

    private mutating func hearIMAP(_ reply: IMAPReply, _ line: [UInt8]) {
        switch reply {
        case .untagged(.ok, let text):
            if !hasGreeted { greeted = Self.listed(inCodeOf: text) }
        case .untagged(.bye, _): complain("the server says \(ServerText(line))")
        case .untagged(.preauth, _):
            complain("the server considers the connection logged in already (PREAUTH) and checks no password")
        case _ where !hasGreeted: complain("unexpected greeting: \(ServerText(line))")
        case .literal: complain("the server says \(ServerText(line))")
        case .data("CAPABILITY", let rest):
            pending = Self.words(rest[...])
        case .tagged(_, let status, _):
            if status == .ok { capabilities = pending } else if answers == 0 { capabilities = greeted }
            pending = nil
            answers += 1
        case .untagged, .data, .continuation, .garbage: break
        }
    }

    /// Whether the server lists the command that starts TLS.
    var offersTLS: Bool { capabilities?.contains(mailProtocol == .imap ? "STARTTLS" : "STLS") ?? false }

    /// Whether it does, and libcurl did not send the command: libcurl recognizes upper case only.
    var offersTLSUnheard: Bool { offersTLS && answers < 2 }

    /// The capabilities in the code CAPABILITY at the start of a text.
    private static func listed(inCodeOf text: [UInt8]) -> Set<String>? {
        guard text.first == UInt8(ascii: "["), let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        var list = words(text[1..<end])
        return list.remove("CAPABILITY") == nil ? nil : list
    }

    private static func words(_ text: ArraySlice<UInt8>) -> Set<String> {
        Set(text.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self).uppercased() })
    }

    private mutating func hearPOP3(_ line: [UInt8]) {
        let status = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self).uppercased()
        let isGood = status.hasPrefix("+OK")
        if !hasGreeted, !isGood {
            complain("unexpected greeting: \(ServerText(line))")
        } else if isGood || status.hasPrefix("-ERR") {
            if isGood { capabilities = nil }
            pending = isGood ? [] : nil
            if hasGreeted { answers += 1 }
        } else if line == [UInt8(ascii: ".")] {
            capabilities = pending
        } else {
            let words = line.split(separator: UInt8(ascii: " ")).map {
                String(decoding: $0, as: UTF8.self).uppercased()
            }
            guard let name = words.first else { return }
            pending?.insert(name)
            if name == "SASL" { pending?.formUnion(words.dropFirst().map { "AUTH=" + $0 }) }
        }
    }

    private mutating func complain(_ text: String) {
        complaint = complaint ?? text
    }
}
