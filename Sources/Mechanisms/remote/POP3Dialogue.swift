internal import Authentication

/// A login by POP3: AUTH PLAIN where the server offers it, else USER and PASS.
struct POP3Dialogue: Dialogue {
    private enum State {
        /// The server is to ask for what AUTH has to say.
        case authenticating(Server.Method)
        /// The answer to USER is awaited.
        case user
        /// Everything was sent.
        case final
    }

    /// A longer answer of SASL is not sent with its command: lines have 255 bytes, RFC 5034.
    private static let longestInitialResponse = 240

    private let server: Server
    private let capabilities: Set<String>?
    private let isEncrypted: Bool
    private var state = State.final

    init(_ server: Server, capabilities: Set<String>?, isEncrypted: Bool) {
        self.server = server
        self.capabilities = capabilities
        self.isEncrypted = isEncrypted
    }

    mutating func begin(_ request: borrowing AuthRequest) -> Step {
        switch server.method {
        case .any where offers("AUTH=PLAIN"), .plain:
            let isShort = CommandText.plainLength(request) <= Self.longestInitialResponse
            state = isShort ? .final : .authenticating(.plain)
            var command = CommandText(capacity: 64 + CommandText.plainLength(request))
            command.add("AUTH PLAIN")
            if isShort {
                command.add(" ")
                command.addPlain(request)
            }
            command.add("\r\n")
            return .send(command.finish())
        case .cramMD5:
            state = .authenticating(.cramMD5)
            var command = CommandText(capacity: 64)
            command.add("AUTH CRAM-MD5\r\n")
            return .send(command.finish())
        case .any, .login:
            if !isEncrypted, let capabilities, !capabilities.contains("USER") {
                return .over(.undecided("it takes no password without TLS: use pop3s://, or starttls=required"))
            }
            state = .user
            var command = CommandText(capacity: 64 + request.login.count)
            command.add("USER ")
            command.add(request.login.bytes.span)
            command.add("\r\n")
            return .send(command.finish())
        }
    }

    mutating func hear(_ line: [UInt8], _ request: borrowing AuthRequest) -> Step {
        let word = line.prefix { $0 != UInt8(ascii: " ") }
        let rest = Array(line.dropFirst(word.count + 1))
        switch (String(decoding: word, as: UTF8.self), state) {
        case ("+OK", .final): return .over(.accepted)
        case ("+OK", .user):
            state = .final
            var command = CommandText(capacity: 64 + request.password.count)
            command.add("PASS ")
            command.add(request.password.span)
            command.add("\r\n")
            return .send(command.finish())
        case ("-ERR", _): return .over(Outcome(refusal: rest, to: request))
        case ("+", .authenticating(let method)):
            state = .final
            guard method == .cramMD5 else {
                var answer = CommandText(capacity: 2 + CommandText.plainLength(request))
                answer.addPlain(request)
                answer.add("\r\n")
                return .send(answer.finish())
            }
            guard let answer = ChallengeResponse.cramMD5(to: rest, request) else {
                return .over(.undecided("its challenge cannot be read: \(ServerText(rest, hiding: request))"))
            }
            return .send(answer)
        default: return .over(.undecided("it answers the login with \(ServerText(line, hiding: request))"))
        }
    }

    private func offers(_ capability: String) -> Bool { capabilities?.contains(capability) ?? false }
}
