internal import Authentication

/// A login by POP3: AUTH PLAIN if the server lists it, otherwise USER and PASS.
///
/// If the server refuses AUTH before it has the credentials, USER and PASS follow, as in IMAP.
struct POP3Login: LoginExchange {
    private enum State {
        /// AUTH was sent; waits for the server to ask for the credentials.
        case authenticating(Server.Method)
        /// Waits for the reply to USER.
        case user
        /// Everything was sent.
        case final(Server.Method)
    }

    private let server: Server
    private let capabilities: Set<String>?
    private let isEncrypted: Bool
    /// What earlier logins showed.
    private let knowledge: AuthenticateMemory.Lesson?
    private var state = State.final(.any)
    /// Why USER and PASS followed AUTH, if they did.
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
        if case .authenticating(.plain) = state { server.method == .any && takesUser } else { false }
    }

    mutating func begin(_ request: borrowing AuthRequest) -> Step {
        switch server.method {
        case .plain: return sendPlain(request)
        case .any where offers("AUTH=PLAIN") && (knowledge != .refused || !takesUser): return sendPlain(request)
        case .cramMD5:
            state = .authenticating(.cramMD5)
            method = "AUTH CRAM-MD5"
            var command = CommandText(capacity: 64)
            command.add("AUTH CRAM-MD5\r\n")
            return .send(command.finish())
        case .any where offers("AUTH=PLAIN"):
            setback = "the server refused AUTH PLAIN within the last hour"
            return sendUser(request)
        case .any, .login: return sendUser(request)
        }
    }

    mutating func hear(_ line: [UInt8], _ request: borrowing AuthRequest) -> Step {
        let word = line.prefix { $0 != UInt8(ascii: " ") }
        let rest = Array(line.dropFirst(word.count).drop { $0 == UInt8(ascii: " ") })
        switch (String(decoding: word, as: UTF8.self).uppercased(), state) {
        case ("+OK", .final): return .over(.accepted)
        case ("+OK", .user): return sendPassword(request)
        case ("-ERR", _): return refused(rest, request)
        case ("+", .authenticating(let method)): return respond(to: rest, by: method, request)
        default: return undecided("unexpected reply to the login: \(ServerText(line, hiding: request))")
        }
    }

    private func offers(_ capability: String) -> Bool { capabilities?.contains(capability) ?? false }

    /// Whether USER may be sent: a server that requires TLS does not list it without.
    private var takesUser: Bool { isEncrypted || capabilities?.contains("USER") ?? true }

    private func undecided(_ reason: String) -> Step {
        .over(.undecided(setback.map { "\($0); then \(reason)" } ?? reason))
    }
}

extension POP3Login {
    private mutating func refused(_ text: [UInt8], _ request: borrowing AuthRequest) -> Step {
        let words = ServerText(text, hiding: request)
        let meaning = RefusalText(text, login: request.login.bytes.span)
        switch (state, meaning) {
        case (.authenticating(let method), .judged), (.authenticating(let method), .notUnderstood):
            // The server has no credentials yet, whatever its text says.
            return turn(from: method, "the server refused AUTH \(method.saslName): \(words)", request)
        case (.final(.plain), .notUnderstood):
            return turn(from: .plain, "the server did not understand AUTH PLAIN: \(words)", request)
        case (.authenticating, _), (.user, _), (.final, _):
            let outcome = LoginOutcome(meaning, words)
            guard case .undecided(let reason) = outcome else { return .over(outcome) }
            return undecided(reason)
        }
    }

    /// Continues with USER and PASS, if `auth=` allows it.
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
        return sendUser(request)
    }

    private mutating func sendPlain(_ request: borrowing AuthRequest) -> Step {
        method = "AUTH PLAIN"
        // Without credentials: Exchange rejects them in the command, and POP3 has no capability that announces support.
        state = .authenticating(.plain)
        var command = CommandText(capacity: 64)
        command.add("AUTH PLAIN\r\n")
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

    private mutating func sendUser(_ request: borrowing AuthRequest) -> Step {
        guard takesUser else {
            return undecided("login requires TLS: use pop3s://, or starttls=required")
        }
        method = setback.map { "USER and PASS, because \($0)" } ?? "USER and PASS"
        state = .user
        var command = CommandText(capacity: 64 + request.login.count)
        command.add("USER ")
        command.add(request.login.bytes.span)
        command.add("\r\n")
        return .send(command.finish())
    }

    private mutating func sendPassword(_ request: borrowing AuthRequest) -> Step {
        state = .final(.login)
        var command = CommandText(capacity: 64 + request.password.count)
        command.add("PASS ")
        command.add(request.password.span)
        command.add("\r\n")
        return .send(command.finish())
    }
}
