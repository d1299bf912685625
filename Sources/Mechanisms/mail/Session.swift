internal import Authentication
internal import CCurl
internal import EventLoop
internal import Platform

/// One attempt to log in at one server: libcurl connects, then the login is led over that connection.
final class Session: EventSource {
    private let server: Server
    private let request: SharedRequest
    private let curl: CurlLoop
    private let loop: EventLoop
    private let whenConnected: () -> Void
    private let tell: (LoginOutcome) -> Void

    private var handle: CurlHandle?
    private var registration: EventLoop.Registration?
    private var greeting: ServerGreeting
    private var exchange: (any LoginExchange)?
    private var hasBegun = false
    private var reader: LineReader
    private let lesson: AuthenticateMemory.Lesson?
    private let isExplained: Bool
    /// The version of TLS, as libcurl tells it, and the last line of the server: where the session is explained.
    private var encryption = ""
    private var answer = ""
    private var lastPeer = ""
    private var isConnected = false
    /// What is being sent, and how much of it was.
    private var command: Secret?
    private var sent = 0
    private var waitsForRoom = false
    /// Whether the connection is one without TLS, once it is made.
    private(set) var isPlain = false

    /// Begins to connect.
    ///
    /// `connected` is called when that is done, and `tell` once at the end, unless `end()` comes before; neither
    /// before this returns.
    ///
    /// The connection is to be made within `milliseconds`. `lesson` is what is known of the server's AUTHENTICATE. A session
    /// that `isExplained` keeps what `course` tells.
    init(
        _ server: Server,
        for request: SharedRequest,
        lesson: AuthenticateMemory.Lesson?,
        isExplained: Bool,
        milliseconds: Int,
        curl: CurlLoop,
        loop: EventLoop,
        connected: @escaping () -> Void,
        tell: @escaping (LoginOutcome) -> Void
    ) throws(CurlFailure) {
        self.server = server
        self.request = request
        self.curl = curl
        self.loop = loop
        whenConnected = connected
        self.tell = tell
        self.lesson = lesson
        self.isExplained = isExplained
        greeting = ServerGreeting(of: server.mailProtocol)
        reader = LineReader(readsLiterals: server.mailProtocol == .imap)
        var handle = try curl.handle()
        try handle.configure(for: server, milliseconds: milliseconds)
        // SAFETY: this object lives until the handle has ended.
        try unsafe handle.setLineFunction(Self.onLine, context: Unmanaged.passUnretained(self).toOpaque())
        // SAFETY: as above.
        if isExplained {
            try unsafe handle.setDebugFunction(Self.onDebug, context: Unmanaged.passUnretained(self).toOpaque())
        }
        // This object outlives what `curl` keeps: `end()` takes it back, at the latest in `deinit`.
        curl.begin(handle) { [unowned self] code in hasConnected(code) }
        self.handle = consume handle
    }

    deinit {
        end()
    }

    /// Closes the connection without a word to the owner.
    func end() {
        if let registration = registration.take() { loop.forget(registration) }
        guard let handle = handle.take() else { return }
        curl.end(handle)
    }

    func isReady(readable: Bool, writable: Bool) {
        continueSending()
        if readable { receive() }
    }

    private func hasConnected(_ code: CURLcode) {
        guard code == CURLE_OK else {
            let reason: String
            switch handle {
            case .some(let handle): reason = handle.reason(code)
            case nil: return
            }
            if code == CURLE_OPERATION_TIMEDOUT { return finish(.late(reason)) }
            return finish(.failed(greeting.complaint ?? reason + Self.advice(on: code)))
        }
        whenConnected()
        if let complaint = greeting.complaint { return finish(.failed(complaint)) }
        let isEncrypted: Bool
        let socket: CInt?
        switch handle {
        case .some(let handle):
            isEncrypted = handle.isEncrypted
            socket = handle.socket
        case nil: return
        }
        guard isEncrypted || !server.isEncrypted && server.startTLS != .required else {
            return finish(.failed("the connection is not encrypted"))
        }
        guard isEncrypted || server.startTLS != .try || !greeting.offersTLSUnheard else {
            let advice = "libcurl does not read that; use \(server.mailProtocol)s://"
            return finish(.failed("it lists STARTTLS or STLS in small letters: \(advice)"))
        }
        isPlain = !isEncrypted
        isConnected = true
        guard let socket, let registration = try? loop.add(self, socket) else {
            return finish(.failed("the connection cannot be waited for"))
        }
        self.registration = registration
        exchange = server.exchange(
            capabilities: greeting.capabilities,
            isEncrypted: isEncrypted,
            lesson: lesson
        )
        // What came before the login cannot be an answer to it.
        receive()
        guard handle != nil else { return }
        hasBegun = true
        if let step = exchange?.begin(request.value) { perform(step) }
    }

    private func perform(_ step: consuming Step) {
        switch consume step {
        case .listen: break
        case .over(let outcome): finish(outcome)
        case .send(let command):
            self.command = consume command
            sent = 0
            continueSending()
        }
    }
}

// What is said, after the connection is made.
extension Session {
    /// What is waited for, for the log.
    var stage: String {
        if hasBegun { return "an answer to the login" }
        return greeting.hasGreeted ? "what it can" : "a connection and a greeting"
    }

    /// Whether the server lists TLS and the connection is one without it.
    var lacksListedTLS: Bool { isPlain && greeting.offersTLS }

    /// What the server's answers have shown of its AUTHENTICATE.
    var learned: AuthenticateMemory.Lesson? { exchange?.lesson }

    /// What happened on the connection, a line of the log each.
    ///
    /// None of them holds the password.
    var course: [String] {
        var lines = [
            isConnected ? "connected to \(peer)\(isPlain ? " without TLS" : " with \(encryption)")" : "not connected"
        ]
        if greeting.hasGreeted { lines.append("it greets with \(ServerText(greeting.firstLine))") }
        guard hasBegun else { return lines }
        let offer = greeting.capabilities.map { "it offers " + $0.sorted().joined(separator: " ") }
        lines.append(offer ?? "it does not tell what it offers")
        lines.append("login by \(exchange?.method ?? "nothing")")
        if !answer.isEmpty { lines.append("it answers \(answer)") }
        return lines
    }

    private var peer: String {
        switch handle {
        case .some(let handle): handle.peer ?? "\(server.host)"
        case nil: lastPeer
        }
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let transfer: Transfer
            do throws(CurlFailure) {
                switch handle {
                case .some(let handle): transfer = try handle.receive(into: &buffer)
                case nil: return
                }
            } catch {
                return end(over: "the connection broke: \(error)")
            }
            switch transfer {
            case .wouldBlock: return
            case .ended: return end(over: "it closed the connection before \(stage)")
            case .bytes(let count): hear(buffer.span.extracting(first: count))
            }
        }
    }

    /// The server has ended the connection.
    private func end(over reason: String) {
        finish(exchange?.canTurnToOtherCommand == true ? .unheard(reason) : .undecided(reason))
    }

    private func hear(_ piece: Span<UInt8>) {
        guard let lines = reader.take(piece) else {
            return finish(.undecided("it says more than an answer to a login has"))
        }
        for line in lines where handle != nil {
            if !hasBegun {
                if server.mailProtocol == .imap, line.starts(with: "* ".utf8) { continue }
                finish(.undecided("it says \(ServerText(line)) before the login"))
                continue
            }
            if isExplained { answer = ServerText(line, hiding: request.value).description }
            if let step = exchange?.hear(line, request.value) {
                perform(step)
            }
        }
    }

    private func continueSending() {
        do throws(CurlFailure) {
            guard let length = try sendSome() else { return }
            let isDone = sent == length
            if isDone { command = nil }
            try wait(forRoom: !isDone)
        } catch {
            finish(.undecided("the connection broke: \(error)"))
        }
    }

    /// Sends what there is room for, and gives the length of the command; `nil` where there is none.
    private func sendSome() throws(CurlFailure) -> Int? {
        switch command {
        case nil: return nil
        case .some(let command):
            switch handle {
            case nil: return nil
            case .some(let handle): sent += try handle.send(command, from: sent)
            }
            return command.count
        }
    }

    private func wait(forRoom: Bool) throws(CurlFailure) {
        guard forRoom != waitsForRoom, let registration, let socket else { return }
        do throws(SystemError) {
            try loop.change(registration, socket, to: forRoom ? .readingAndWriting : .reading)
            waitsForRoom = forRoom
        } catch {
            throw CurlFailure("\(error)")
        }
    }

    private var socket: CInt? {
        switch handle {
        case .some(let handle): handle.socket
        case nil: nil
        }
    }

    /// Says goodbye if that takes no waiting, closes the connection and tells the owner.
    private func finish(_ outcome: LoginOutcome) {
        switch handle {
        case .some(let handle) where hasBegun && !waitsForRoom:
            let farewell = server.mailProtocol.farewell
            // A server that does not hear it sees the connection close.
            _ = try? handle.send(Secret(copying: farewell.span), from: 0)
        case .some: break
        case nil: break
        }
        if isExplained { lastPeer = peer }
        end()
        tell(outcome)
    }

    private static func advice(on code: CURLcode) -> String {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION: "; see ca= and name= in saslauthd-mail(8)"
        case CURLE_USE_SSL_FAILED: "; starttls=required asks for it"
        default: ""
        }
    }

    fileprivate static let onLine: curl_write_callback = { bytes, size, count, context in
        guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
        // SAFETY: libcurl shows `size * count` bytes for the length of this call.
        let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        // SAFETY: `init` has given the address of the session, which lives until its handle has ended.
        let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
        let end = unsafe line.lastIndex { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }.map { $0 + 1 } ?? 0
        return unsafe session.greeting.hear(Array(line.prefix(end))) ? size * count : 0
    }

    fileprivate static let onDebug: curl_debug_callback = { _, kind, bytes, count, context in
        guard kind == CURLINFO_TEXT, let context = unsafe context, let bytes = unsafe bytes else { return 0 }
        // SAFETY: libcurl shows `count` bytes for the length of this call.
        let text = unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        let start = "SSL connection using "
        guard text.hasPrefix(start) else { return 0 }
        // SAFETY: as above.
        let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
        session.encryption = String(text.dropFirst(start.count).prefix { !$0.isNewline })
        return 0
    }
}
