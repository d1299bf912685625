/// What a server says of itself before a login, as libcurl hears it: greeting and capabilities.
struct Introduction: Sendable {
    private let mailProtocol: MailProtocol
    private var heard = 0
    private(set) var hasGreeted = false
    /// What is wrong with what was said, or `nil`.
    private(set) var complaint: String?
    /// In capital letters, SASL mechanisms as `AUTH=NAME`; `nil` when the server does not tell.
    private(set) var capabilities: Set<String>?
    /// Those of an answer that has not ended; what came before STARTTLS is forgotten behind it.
    private var pending: Set<String>?

    /// How much a server may say before the login, in bytes.
    static let limit = 65_536

    init(of mailProtocol: MailProtocol) {
        self.mailProtocol = mailProtocol
    }

    /// Takes a line without its end; `false` when there is no need to hear more.
    mutating func hear(_ line: [UInt8]) -> Bool {
        heard += line.count + 2
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
        case .untagged(.ok, _): break
        case .untagged(.bye, _): complain("it says \(ServerText(line))")
        case .untagged(.preauth, _):
            complain("it takes the connection for one that is logged in already (PREAUTH), and checks no password")
        case _ where !hasGreeted: complain("it greets with \(ServerText(line))")
        case .literal: complain("it says \(ServerText(line))")
        case .data("CAPABILITY", let rest):
            pending = Set(
                rest.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self).uppercased() }
            )
        case .tagged:
            capabilities = pending
            pending = nil
        case .untagged, .data, .continuation, .garbage: break
        }
    }

    private mutating func hearPOP3(_ line: [UInt8]) {
        let isGood = line.starts(with: "+OK".utf8)
        if !hasGreeted, !isGood {
            complain("it greets with \(ServerText(line))")
        } else if isGood || line.starts(with: "-ERR".utf8) {
            capabilities = nil
            pending = []
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
