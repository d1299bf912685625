/// What a server says of itself before a login, as libcurl hears it: greeting and capabilities.
struct ServerGreeting: Sendable {
    private let mailProtocol: MailProtocol
    private var heard = 0
    private(set) var hasGreeted = false
    /// The first line.
    private(set) var firstLine: [UInt8] = []
    /// What is wrong with what was said, or `nil`.
    private(set) var complaint: String?
    /// In capital letters, SASL mechanisms as `AUTH=NAME`; `nil` when the server does not tell.
    private(set) var capabilities: Set<String>?
    /// Those of an answer that has not ended; what came before STARTTLS is forgotten behind it.
    private var pending: Set<String>?
    /// What an IMAP server's greeting lists: it counts where the server knows no command CAPABILITY.
    private var greeted: Set<String>?
    /// How many commands the server has answered.
    private var answers = 0

    /// How much a server may say before the login, in bytes.
    static let limit = 65_536

    init(of mailProtocol: MailProtocol) {
        self.mailProtocol = mailProtocol
    }

    /// Takes a line without its end; `false` when there is no need to hear more.
    mutating func hear(_ line: [UInt8]) -> Bool {
        heard += line.count + 2
        if !hasGreeted { firstLine = line }
        if heard > Self.limit { complain("it said more than \(Self.limit) bytes before the login") }
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
        case .untagged(.bye, _): complain("it says \(ServerText(line))")
        case .untagged(.preauth, _):
            complain("it takes the connection for one that is logged in already (PREAUTH), and checks no password")
        case _ where !hasGreeted: complain("it greets with \(ServerText(line))")
        case .literal: complain("it says \(ServerText(line))")
        case .data("CAPABILITY", let rest):
            pending = Self.words(rest[...])
        case .tagged(_, let status, _):
            if status == .ok { capabilities = pending } else if answers == 0 { capabilities = greeted }
            pending = nil
            answers += 1
        case .untagged, .data, .continuation, .garbage: break
        }
    }

    /// Whether the server lists the command that begins TLS.
    var offersTLS: Bool { capabilities?.contains(mailProtocol == .imap ? "STARTTLS" : "STLS") ?? false }

    /// Whether it does, and was not asked for it: libcurl reads capital letters alone.
    var offersTLSUnheard: Bool { offersTLS && answers < 2 }

    /// What the code CAPABILITY at the beginning of a text lists.
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
            complain("it greets with \(ServerText(line))")
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
