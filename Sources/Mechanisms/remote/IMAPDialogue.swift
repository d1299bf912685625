internal import Authentication

/// A login by IMAP: AUTHENTICATE PLAIN where the server offers it, else LOGIN.
struct IMAPDialogue: Dialogue {
    private enum State {
        /// The answer to ID is awaited.
        case identifying
        /// The server is to ask for what AUTHENTICATE has to say.
        case authenticating(Server.Method)
        /// The server is to ask for the login as a literal.
        case login
        /// The server is to ask for the password as a literal.
        case password
        /// Everything was sent.
        case final
    }

    private static let identification = "S1"
    private static let tag = "S2"
    /// A longer answer of SASL is not sent with its command, which some servers do not let be that long.
    private static let longestInitialResponse = 2_000

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
        guard server.tellsAddress, offers("ID"), let address = RemoteAddress(request.remote) else {
            return logIn(request)
        }
        state = .identifying
        var command = CommandText(capacity: 200)
        command.add("\(Self.identification) ID (\"x-originating-ip\" \"\(address.host)\"")
        if let port = address.port { command.add(" \"x-originating-port\" \"\(port)\"") }
        command.add(")\r\n")
        return .send(command.finish())
    }

    mutating func hear(_ line: [UInt8], _ request: borrowing AuthRequest) -> Step {
        switch (IMAPReply(line), state) {
        case (.untagged(.bye, _), _): .over(.undecided("it says \(ServerText(line, hiding: request))"))
        case (.untagged, _), (.data, _): .listen
        case (.tagged(Self.identification, _, _), .identifying): logIn(request)
        case (.tagged(Self.tag, .ok, _), .final): .over(.accepted)
        case (.tagged(Self.tag, .no, let text), .final), (.tagged(Self.tag, .no, let text), .login),
            (.tagged(Self.tag, .no, let text), .password), (.tagged(Self.tag, .no, let text), .authenticating):
            .over(Outcome(refusal: text, to: request))
        case (.continuation(let text), .authenticating(let method)): respond(to: text, by: method, request)
        case (.continuation, .login): sendLogin(request)
        case (.continuation, .password): sendPassword(request)
        case (.tagged, _), (.continuation, _), (.literal, _), (.garbage, _):
            .over(.undecided("it answers the login with \(ServerText(line, hiding: request))"))
        }
    }

    private func offers(_ capability: String) -> Bool { capabilities?.contains(capability) ?? false }

    private mutating func logIn(_ request: borrowing AuthRequest) -> Step {
        switch server.method {
        case .any where offers("AUTH=PLAIN"), .plain: return sendPlain(request)
        case .cramMD5:
            state = .authenticating(.cramMD5)
            return .send(Self.command("\(Self.tag) AUTHENTICATE CRAM-MD5\r\n"))
        case .any, .login: break
        }
        guard !offers("LOGINDISABLED") else {
            let advice = isEncrypted ? "" : " without TLS: use imaps://, or starttls=required"
            return .over(.undecided("it takes no login\(advice) (LOGINDISABLED)"))
        }
        let isQuotable = Self.isQuotable(request.login.bytes.span)
        state = isQuotable ? .final : .login
        var command = CommandText(capacity: 64 + 2 * (request.login.count + request.password.count))
        command.add("\(Self.tag) LOGIN ")
        guard isQuotable else {
            command.add("{\(request.login.count)}\r\n")
            return .send(command.finish())
        }
        command.addQuoted(request.login.bytes.span)
        addPassword(of: request, to: &command)
        return .send(command.finish())
    }

    private mutating func sendPlain(_ request: borrowing AuthRequest) -> Step {
        var command = CommandText(capacity: 64 + CommandText.plainLength(request))
        command.add("\(Self.tag) AUTHENTICATE PLAIN")
        if offers("SASL-IR"), CommandText.plainLength(request) <= Self.longestInitialResponse {
            state = .final
            command.add(" ")
            command.addPlain(request)
        } else {
            state = .authenticating(.plain)
        }
        command.add("\r\n")
        return .send(command.finish())
    }

    private mutating func respond(
        to challenge: [UInt8],
        by method: Server.Method,
        _ request: borrowing AuthRequest
    ) -> Step {
        state = .final
        guard method == .cramMD5 else {
            var answer = CommandText(capacity: 2 + CommandText.plainLength(request))
            answer.addPlain(request)
            answer.add("\r\n")
            return .send(answer.finish())
        }
        guard let answer = ChallengeResponse.cramMD5(to: challenge, request) else {
            return .over(.undecided("its challenge cannot be read: \(ServerText(challenge, hiding: request))"))
        }
        return .send(answer)
    }

    /// Sends the login as a literal, and the password behind it.
    private mutating func sendLogin(_ request: borrowing AuthRequest) -> Step {
        state = .final
        var command = CommandText(capacity: 64 + request.login.count + 2 * request.password.count)
        command.add(request.login.bytes.span)
        addPassword(of: request, to: &command)
        return .send(command.finish())
    }

    private mutating func sendPassword(_ request: borrowing AuthRequest) -> Step {
        state = .final
        var command = CommandText(capacity: 2 + request.password.count)
        command.add(request.password.span)
        command.add("\r\n")
        return .send(command.finish())
    }

    /// Ends the command with the password, or with its length where it is a literal.
    private mutating func addPassword(of request: borrowing AuthRequest, to command: inout CommandText) {
        command.add(" ")
        if Self.isQuotable(request.password.span) {
            command.addQuoted(request.password.span)
            command.add("\r\n")
        } else {
            state = .password
            command.add("{\(request.password.count)}\r\n")
        }
    }

    private static func command(_ text: String) -> Secret {
        var command = CommandText(capacity: text.utf8.count)
        command.add(text)
        return command.finish()
    }

    /// Whether a string can stand in quotation marks: ASCII.
    private static func isQuotable(_ span: Span<UInt8>) -> Bool {
        for index in span.indices where span[index] > 0x7F { return false }
        return true
    }
}
