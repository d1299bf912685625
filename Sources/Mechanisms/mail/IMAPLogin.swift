internal import Authentication

/// A login by IMAP: AUTHENTICATE PLAIN if the server lists it, otherwise LOGIN.
///
/// If the server refuses AUTHENTICATE before it has the credentials, LOGIN follows. Credentials that the server has judged are not
/// sent again.
struct IMAPLogin: LoginExchange {
    private enum State {
        /// Waits for the reply to ID.
        case identifying
        /// AUTHENTICATE was sent; waits for the server to ask for the credentials.
        case authenticating(Server.Method)
        /// The credentials were sent with AUTHENTICATE PLAIN; the server may still ask for them.
        case atOnce
        /// Waits for the server to ask for the login, a literal.
        case login
        /// Waits for the server to ask for the password, a literal.
        case password
        /// Everything was sent.
        case final(Server.Method)
    }

    private static let identification = "S1"
    /// Longer credentials are not sent with the command: some servers limit its length.
    private static let longestInitialResponse = 2_000

    private let server: Server
    private let capabilities: Set<String>?
    private let isEncrypted: Bool
    /// What earlier logins showed.
    private let knowledge: AuthenticateMemory.Lesson?
    private var state = State.final(.any)
    private var tag = "S2"
    /// Why LOGIN followed AUTHENTICATE, if it did.
    private var setback: String?
    private(set) var lesson: AuthenticateMemory.Lesson?
    private(set) var method = "nothing"

    init(_ server: Server, capabilities: Set<String>?, isEncrypted: Bool, lesson: AuthenticateMemory.Lesson?) {
        self.server = server
        self.capabilities = capabilities
        self.isEncrypted = isEncrypted
        knowledge = lesson
    }

    var canTurnToOtherCommand: Bool {
        if case .authenticating(.plain) = state { server.method == .any && !offers("LOGINDISABLED") } else { false }
    }

    mutating func begin(_ request: borrowing AuthRequest) -> Step {
        guard server.tellsAddress, offers("ID"), let host = request.client.numericalHost else {
            return logIn(request)
        }
        state = .identifying
        var command = CommandText(capacity: 200)
        command.add("\(Self.identification) ID (\"x-originating-ip\" \"\(host)\"")
        if let port = request.client.port { command.add(" \"x-originating-port\" \"\(port)\"") }
        command.add(")\r\n")
        return .send(command.finish())
    }

    mutating func hear(_ line: [UInt8], _ request: borrowing AuthRequest) -> Step {
        switch (IMAPReply(line), state) {
        case (.untagged(.bye, let text), _):
            return canTurnToOtherCommand && RefusalText(text, login: request.login.bytes.span) != .cannotTell
                ? .over(.unheard("the server says \(ServerText(line))"))
                : undecided("the server says \(ServerText(line, hiding: request))")
        case (.untagged(.bad, _), _): return undecided("the server says \(ServerText(line, hiding: request))")
        case (.untagged, _), (.data, _): return .listen
        case (.tagged(Self.identification, _, _), .identifying): return logIn(request)
        case (.tagged(tag, .ok, _), .final), (.tagged(tag, .ok, _), .atOnce): return .over(.accepted)
        case (.tagged(tag, .no, let text), _): return refused(text, isBad: false, request)
        case (.tagged(tag, .bad, let text), _): return refused(text, isBad: true, request)
        case (.continuation(let text), .authenticating(let method)):
            return respond(to: text, by: method, request)
        case (.continuation(let text), .atOnce) where text.isEmpty: return respond(to: text, by: .plain, request)
        case (.continuation, .login): return sendLogin(request)
        case (.continuation, .password): return sendPassword(request)
        case (.tagged, _), (.continuation, _), (.literal, _), (.garbage, _):
            return undecided("unexpected reply to the login: \(ServerText(line, hiding: request))")
        }
    }

    private func offers(_ capability: String) -> Bool { capabilities?.contains(capability) ?? false }

    private func undecided(_ reason: String) -> Step {
        .over(.undecided(setback.map { "\($0); then \(reason)" } ?? reason))
    }
}

// Replies other than success.
extension IMAPLogin {
    private mutating func refused(_ text: [UInt8], isBad: Bool, _ request: borrowing AuthRequest) -> Step {
        let words = ServerText(text, hiding: request)
        let meaning = RefusalText(text, isBad: isBad, login: request.login.bytes.span)
        switch (state, meaning) {
        case (.authenticating(let method), .judged), (.authenticating(let method), .notUnderstood):
            // The server has no credentials yet, whatever its text says.
            return turn(from: method, "the server refused AUTHENTICATE \(method.saslName): \(words)", request)
        case (.final(.plain), .notUnderstood), (.atOnce, .notUnderstood):
            return turn(from: .plain, "the server did not understand AUTHENTICATE PLAIN: \(words)", request)
        case (.login, .judged), (.password, .judged):
            return undecided("the server refused LOGIN before the password was sent: \(words)")
        case (.identifying, _): return undecided("the server says \(words)")
        case (.authenticating, _), (.atOnce, _), (.final, _), (.login, _), (.password, _):
            let outcome = LoginOutcome(meaning, words)
            guard case .undecided(let reason) = outcome else { return .over(outcome) }
            return undecided(reason)
        }
    }

    /// Continues with LOGIN, if `auth=` allows it.
    private mutating func turn(
        from method: Server.Method,
        _ setback: String,
        _ request: borrowing AuthRequest
    ) -> Step {
        guard server.method == .any else {
            return undecided("\(setback); auth=\(method.rawValue) allows no other command; auth=any does")
        }
        self.setback = setback
        lesson = .refused
        tag = "S3"
        return sendCommandLogin(request)
    }
}

// Commands.
extension IMAPLogin {
    private mutating func logIn(_ request: borrowing AuthRequest) -> Step {
        switch server.method {
        case .plain: return sendPlain(request)
        case .any where offers("AUTH=PLAIN") && (knowledge != .refused || offers("LOGINDISABLED")):
            return sendPlain(request)
        case .cramMD5:
            state = .authenticating(.cramMD5)
            method = "AUTHENTICATE CRAM-MD5"
            return .send(Self.command("\(tag) AUTHENTICATE CRAM-MD5\r\n"))
        case .any where offers("AUTH=PLAIN"):
            setback = "the server refused AUTHENTICATE PLAIN within the last hour"
            return sendCommandLogin(request)
        case .any, .login: return sendCommandLogin(request)
        }
    }

    private mutating func sendCommandLogin(_ request: borrowing AuthRequest) -> Step {
        guard !offers("LOGINDISABLED") else {
            let advice = "login requires TLS: use imaps://, or starttls=required"
            let fault = isEncrypted ? "the server allows no login" : advice
            return undecided("\(fault) (LOGINDISABLED)")
        }
        method = setback.map { "LOGIN, because \($0)" } ?? "LOGIN"
        let isQuotable = Self.isQuotable(request.login.bytes.span)
        state = isQuotable ? .final(.login) : .login
        var command = CommandText(capacity: 64 + 2 * (request.login.count + request.password.count))
        command.add("\(tag) LOGIN ")
        guard isQuotable else {
            command.add("{\(request.login.count)}\r\n")
            return .send(command.finish())
        }
        command.addQuoted(request.login.bytes.span)
        addPassword(of: request, to: &command)
        return .send(command.finish())
    }

    private mutating func sendPlain(_ request: borrowing AuthRequest) -> Step {
        method = "AUTHENTICATE PLAIN"
        var command = CommandText(capacity: 64 + CommandText.plainLength(request))
        command.add("\(tag) AUTHENTICATE PLAIN")
        // Sent together, a refusal could be about the command or the credentials; so only if the server is known to have the command.
        if offers("SASL-IR"), knowledge == .answered, CommandText.plainLength(request) <= Self.longestInitialResponse {
            state = .atOnce
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
        state = .final(method)
        guard let answer = method.answer(to: challenge, request) else {
            return undecided("unreadable challenge: \(ServerText(challenge, hiding: request))")
        }
        if method != .cramMD5 { lesson = .answered }
        return .send(answer)
    }

    /// Sends the login, a literal, and then the password.
    private mutating func sendLogin(_ request: borrowing AuthRequest) -> Step {
        state = .final(.login)
        var command = CommandText(capacity: 64 + request.login.count + 2 * request.password.count)
        command.add(request.login.bytes.span)
        addPassword(of: request, to: &command)
        return .send(command.finish())
    }

    private mutating func sendPassword(_ request: borrowing AuthRequest) -> Step {
        state = .final(.login)
        var command = CommandText(capacity: 2 + request.password.count)
        command.add(request.password.span)
        command.add("\r\n")
        return .send(command.finish())
    }

    /// Ends the command with the password, or with its length if it is a literal.
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

    /// Whether a string can be quoted: it is ASCII.
    private static func isQuotable(_ span: Span<UInt8>) -> Bool {
        for index in span.indices where span[index] > 0x7F { return false }
        return true
    }
}
