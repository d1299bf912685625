import Authentication
import Digests
import MechanismKit

@testable import MailLogin

/// Answers of IMAP and POP3 servers, and the URLs of servers.
enum MailFuzz {
    private static let password = "sEcret+\"5\\x"

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        var fields = Fields(input)
        let choice = fields.choice()
        let mailProtocol = choice & 1 == 0 ? MailProtocol.imap : .pop3
        let method = [Server.Method.any, .plain, .login, .cramMD5][choice >> 1 & 3]
        let greeting = try lines(fields.next(), mailProtocol)
        let replies = try lines(fields.whole(), mailProtocol)
        var heard = ServerGreeting(of: mailProtocol)
        for line in greeting where !heard.hear(line) { break }
        var server = Server(mailProtocol, host: "h", port: 1, isEncrypted: choice & 8 != 0, startTLS: .no)
        server.method = method
        let login = server.exchange(
            capabilities: heard.capabilities,
            isEncrypted: choice & 8 != 0,
            lesson: choice & 16 != 0 ? .answered : nil
        )
        try talk(login, replies)
        try readURL(String(decoding: input, as: UTF8.self), mailProtocol)
    }

    /// The lines of a server, in pieces or not.
    private static func lines(_ bytes: [UInt8], _ mailProtocol: MailProtocol) throws(BrokenProperty) -> [[UInt8]] {
        let whole = read([bytes], mailProtocol)
        for longest in [1, 50] {
            let divided = read(pieces(of: bytes, longest: longest), mailProtocol)
            try check(divided == whole, "other lines with pieces of up to \(longest) bytes")
        }
        return whole ?? []
    }

    private static func read(_ pieces: [[UInt8]], _ mailProtocol: MailProtocol) -> [[UInt8]]? {
        var reader = LineReader(readsLiterals: mailProtocol == .imap)
        var lines: [[UInt8]] = []
        for piece in pieces {
            guard let some = reader.take(piece.span) else { return nil }
            lines += some
        }
        return lines
    }

    /// A login is accepted by the reply to its credentials alone, and no text shows the password.
    private static func talk(_ login: any LoginExchange, _ replies: [[UInt8]]) throws(BrokenProperty) {
        var login = login
        let request = AuthRequest(
            login: "alice",
            password: Secret(Array(password.utf8)),
            service: "smtp",
            realm: "",
            remote: "192.0.2.1;4711"
        )
        var sent: [UInt8] = []
        guard try take(login.begin(request), &sent, [], request) else { return }
        for reply in replies {
            guard try take(login.hear(reply, request), &sent, reply, request) else { return }
        }
    }

    /// Whether the login goes on.
    private static func take(
        _ step: consuming Step,
        _ sent: inout [UInt8],
        _ reply: [UInt8],
        _ request: borrowing AuthRequest
    ) throws(BrokenProperty) -> Bool {
        switch consume step {
        case .send(let command):
            try check(command.span.indices.count { command.span[$0] == 0x0A } == 1, "several lines in one command")
            sent += command.bytes
            return true
        case .listen: return true
        case .over(let outcome):
            try judge(outcome, sent, reply, request)
            return false
        }
    }

    private static func judge(
        _ outcome: LoginOutcome,
        _ sent: [UInt8],
        _ reply: [UInt8],
        _ request: borrowing AuthRequest
    ) throws(BrokenProperty) {
        switch outcome {
        case .accepted:
            let words = reply.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self).uppercased() }
            try check(words.first == "+OK" || words.dropFirst().first == "OK", "accepted by \(ByteString(reply))")
            try check(hasCredentials(sent, request), "accepted before the credentials were sent")
        case .undecided(let text), .failed(let text), .unheard(let text):
            guard hasCredentials(sent, request) else { return }
            try check(!request.password.isContained(in: Array(text.utf8)), "the password is shown: \(text)")
        case .refused, .late: break
        }
    }

    private static func hasCredentials(_ sent: [UInt8], _ request: borrowing AuthRequest) -> Bool {
        var plain = CommandText(capacity: 1000)
        plain.addPlain(request)
        var quoted = CommandText(capacity: 1000)
        quoted.addQuoted(request.password.span)
        // The response of CRAM-MD5 is a line of base64 that begins with the login.
        let lines = sent.split(separator: 0x0A).map { Array($0.dropLast()) }
        let hasProof = lines.contains { line in
            Secret.decoding(paddedBase64: line.span)?.bytes.starts(with: "alice ".utf8) ?? false
        }
        let (isPlain, isQuoted) = (plain.finish().isContained(in: sent), quoted.finish().isContained(in: sent))
        return isPlain || isQuoted || hasProof || request.password.isContained(in: sent)
    }

    private static func readURL(_ text: String, _ mailProtocol: MailProtocol) throws(BrokenProperty) {
        if let options = try? MailOptions(text, of: mailProtocol, portOfService: { _ in nil }) {
            try check(!options.servers.isEmpty && 1...600 ~= options.timeout, "no server, or no time")
        }
        var parser = URLParser(text, of: mailProtocol)
        guard let server = try? parser.server() else { return }
        var second = URLParser("\(server)", of: mailProtocol)
        let again = try? second.server()
        try check(again?.host == server.host && again?.port == server.port, "\(server) is another server")
    }
}
