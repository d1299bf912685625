import Authentication
import Platform
import SASLExchange

@testable import DovecotProtocol

/// Lines of Dovecot's protocol: of any client at our server, of any server at our client, and of our client at our server.
enum DovecotFuzz {
    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        let whole = try events(of: [input])
        for longest in [1, 7, 300] {
            let parts = pieces(of: input, longest: longest)
            try check(try events(of: parts) == whole, "other events with pieces of up to \(longest) bytes")
        }
        let messages = messages(of: [input])
        for longest in [1, 20] {
            try check(
                self.messages(of: pieces(of: input, longest: longest)) == messages,
                "other messages of a server with pieces of up to \(longest) bytes"
            )
        }
        try logIn(input)
    }

    // MARK: The server

    /// What a connection does; some requests are answered at once, and some after all input.
    private static func events(of pieces: [[UInt8]]) throws(BrokenProperty) -> [String] {
        var limits = DovecotConnection.Limits()
        (limits.requests, limits.exchanges) = (3, 2)
        var connection = DovecotConnection(mechanisms: SASLMechanism.allCases, limits: limits)
        var trial = Trial()
        for piece in pieces { try trial.feed(piece, to: &connection) }
        while !trial.late.isEmpty {
            let key = trial.late.removeFirst()
            trial.events.append("late \(key.id): \(connection.reject(key, login: "bob", .refused(.wrongPassword)))")
            try trial.feed([], to: &connection)
        }
        try check(!connection.isBusy && connection.abandoned.isEmpty, "requests are left that nobody works on")
        return trial.events
    }

    private struct Trial {
        var events: [String] = []
        /// The requests to answer after all input.
        var late: [RequestKey] = []

        mutating func feed(_ bytes: [UInt8], to connection: inout DovecotConnection) throws(BrokenProperty) {
            var piece = bytes.span
            while let event = connection.next(&piece) { try take(event, &connection) }
            try check(piece.isEmpty, "input is left behind")
        }

        private mutating func take(
            _ event: consuming DovecotEvent,
            _ connection: inout DovecotConnection
        ) throws(BrokenProperty) {
            switch consume event {
            case .begin(let key, let command, let replaced):
                try check(!command.service.bytes.contains(0), "a service with a zero byte")
                try check(command.remote.isPrintable, "an address with control characters")
                let words =
                    "\(command.mechanism) \(command.service) \(command.remote) \(DovecotFuzz.text(command.initialResponse))"
                events.append("begin \(key.id) \(words) replacing \(replaced?.id ?? 0)")
                try answer(key, &connection)
            case .proceed(let key, let message):
                events.append("proceed \(key.id) \(message.bytes)")
                try answer(key, &connection)
            case .cancel(let key): events.append("cancel \(key.id)")
            case .send(let line, _):
                events.append("send \(ByteString(line))")
                try check(line.starts(with: "FAIL\t".utf8), "an answer that nobody gave")
                try checkLine(line)
            case .close(let violation):
                events.append("close: \(violation)")
                try check(connection.isClosed, "not closed after a violation")
            }
            try check(connection.requestCount <= 3 + 2 + 1, "\(connection.requestCount) requests in flight")
        }

        private mutating func answer(_ key: RequestKey, _ connection: inout DovecotConnection) throws(BrokenProperty) {
            let answer: DovecotAnswer
            switch key.serial % 5 {
            case 0: answer = connection.reject(key, login: "bob", .refused(.accountExpired))
            case 1: answer = connection.challenge(Array("?".utf8).span, to: key, now: Instant(nanoseconds: 1))
            case 2: answer = connection.failTemporarily(key, login: "bob")
            case 3: answer = connection.accept(key, login: "bob")
            default: return late.append(key)
            }
            events.append("answer \(key.id): \(answer)")
            if case .line(let line) = answer { try checkLine(line) }
            try check(answer != .none, "a request cannot be answered")
        }

        private func checkLine(_ line: [UInt8]) throws(BrokenProperty) {
            try check(
                line.last == 0x0A && line.dropLast().allSatisfy { $0 >= 0x20 || $0 == 0x09 },
                "a malformed line: \(ByteString(line))"
            )
        }
    }

    private static func text(_ message: borrowing ClientMessage) -> String {
        switch message {
        case .absent: "absent"
        case .bytes(let bytes): "\(bytes.bytes)"
        case .invalidBase64: "invalid"
        }
    }

    // MARK: The client

    /// The messages of a server, up to a malformed one.
    private static func messages(of pieces: [[UInt8]]) -> [String] {
        var reader = ServerMessageReader()
        var messages: [String] = []
        for bytes in pieces {
            var piece = bytes.span
            do throws(MalformedServerLine) {
                while let message = try reader.next(&piece) { messages.append("\(message)") }
            } catch {
                return messages + ["malformed: \(error.beginning)"]
            }
        }
        return messages
    }

    /// Logs in with our client at our server.
    private static func logIn(_ input: [UInt8]) throws(BrokenProperty) {
        var fields = Fields(input)
        let (user, password, service, address) = (fields.bytes(), fields.next(), fields.bytes(), fields.bytes())
        guard fields.hasNext, !service.bytes.contains(0) else { return }
        let login = ClientLogin(.plain, service: service, address: address)
        var exchange = SASLClientExchange(.plain, ClientCredentials(login: user, password: Secret(password)))
        guard login.longestLine(message: user.count + password.count + 2) <= LineLimit.line else { return }
        var lines = ClientLogin.greeting(process: 1)
        login.appendRequest(7, exchange.begin(), to: &lines)
        var connection = DovecotConnection(mechanisms: [.plain])
        var piece = lines.span
        guard case .begin(let key, let command, nil) = connection.next(&piece) else {
            throw BrokenProperty(description: "the line of our client is not understood")
        }
        try check(key.id == 7 && command.service == service, "another request than was sent")
        let message = "\([0] + user.bytes + [0] + password)"
        try check(text(command.initialResponse) == message, "another message than was sent")
    }
}
