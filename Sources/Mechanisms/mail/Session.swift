internal import Authentication
internal import MechanismKit
internal import CCurl
internal import EventLoop
internal import Platform

/// One attempt to log in at one server: libcurl connects, then the login runs on that connection.
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
    /// What happened, if that is wanted.
    private var trail: SessionTrail?
    private var lastPeer: String?
    private var isConnected = false
    /// The command that is being sent, and how much of it was sent.
    private var command: Secret?
    private var sent = 0
    private var waitsForRoom = false
    /// Whether the connection is open and has no TLS.
    private(set) var isPlain = false

    /// Starts to connect.
    ///
    /// `connected` is called when the connection is open, and `tell` once at the end, unless `end()` is called before; neither
    /// before this returns.
    ///
    /// The connection must be open within `milliseconds`. `lesson` is what is known about the server's AUTHENTICATE. Only a session
    /// that `isExplained` keeps what `course` returns.
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
        trail = isExplained ? SessionTrail(server) : nil
        greeting = ServerGreeting(of: server.mailProtocol)
        reader = LineReader(readsLiterals: server.mailProtocol == .imap)
        var handle = try curl.handle()
        try handle.configure(for: server, milliseconds: milliseconds)
        // SAFETY: this object lives until the handle's end.
        try unsafe handle.setLineFunction(Self.onLine, context: Unmanaged.passUnretained(self).toOpaque())
        // SAFETY: as above.
        if isExplained {
            try unsafe handle.setDebugFunction(Self.onDebug, context: Unmanaged.passUnretained(self).toOpaque())
        }
        // `end()` takes the closure back, at the latest in `deinit`, so this object outlives it.
        curl.begin(handle) { [unowned self] code in hasConnected(code) }
        self.handle = consume handle
    }

    deinit {
        end()
    }

    /// Closes the connection without calling `tell`.
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
            let advice = "which libcurl does not recognize; use \(server.mailProtocol)s://"
            return finish(.failed("the server lists STARTTLS or STLS in lower case, \(advice)"))
        }
        isPlain = !isEncrypted
        isConnected = true
        guard let socket, let registration = try? loop.add(self, socket) else {
            return finish(.failed("cannot wait for the connection"))
        }
        self.registration = registration
        exchange = server.exchange(
            capabilities: greeting.capabilities,
            isEncrypted: isEncrypted,
            lesson: lesson
        )
        // Lines that arrived before the login cannot be replies to it.
        receive()
        guard handle != nil else { return }
        hasBegun = true
        if let step = exchange?.begin(request.value) { perform(step) }
    }

    private func noteMethod() {
        if trail != nil, let method = exchange?.method { trail?.use(method: method) }
    }

    private func perform(_ step: consuming Step) {
        noteMethod()
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

// The dialogue on an open connection.
extension Session {
    /// What the session waits for, for the log.
    var stage: String {
        if hasBegun { return "a reply to the login" }
        return greeting.hasGreeted ? "its capabilities" : "a connection and a greeting"
    }

    /// Whether the server lists STARTTLS and the connection has no TLS.
    var lacksListedTLS: Bool { isPlain && greeting.offersTLS }

    /// What the server's replies showed about its AUTHENTICATE.
    var learned: AuthenticateMemory.Lesson? { exchange?.lesson }

    /// What happened on the connection, one line each; none contains the password.
    var course: [String] {
        let stage = SessionTrail.Stage(peer: peer, isConnected: isConnected, isEncrypted: isConnected && !isPlain)
        return trail?.lines(greeting, stage) ?? []
    }

    private var peer: String? {
        switch handle {
        case .some(let handle): handle.peer
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
                return end(over: "connection lost: \(error)")
            }
            switch transfer {
            case .wouldBlock: return
            case .ended: return end(over: "the server closed the connection before \(stage)")
            case .bytes(let count): hear(buffer.span.extracting(first: count))
            }
        }
    }

    /// The server closed the connection.
    private func end(over reason: String) {
        finish(exchange?.canTurnToOtherCommand == true ? .unheard(reason) : .undecided(reason))
    }

    private func hear(_ piece: Span<UInt8>) {
        guard let lines = reader.take(piece) else {
            return finish(.undecided("the server sent more than a reply to a login has"))
        }
        for line in lines where handle != nil {
            if !hasBegun {
                if server.mailProtocol == .imap, line.starts(with: "* ".utf8) { continue }
                finish(.undecided("unexpected line before the login: \(ServerText(line))"))
                continue
            }
            trail?.hear(reply: line, request.value)
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
            finish(.undecided("connection lost: \(error)"))
        }
    }

    /// Sends as much as the socket takes, and returns the length of the command; `nil` if there is none.
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

    /// Sends the command that ends the session if it need not wait, closes the connection and calls `tell`.
    private func finish(_ outcome: LoginOutcome) {
        switch handle {
        case .some(let handle) where hasBegun && !waitsForRoom:
            let farewell = server.mailProtocol.farewell
            // A server that does not get it sees the connection close.
            _ = try? handle.send(Secret(copying: farewell.span), from: 0)
        case .some: break
        case nil: break
        }
        if trail != nil { lastPeer = peer }
        end()
        tell(outcome)
    }

    private static func advice(on code: CURLcode) -> String {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION: "; see ca= and name= in saslauthd-mail(8)"
        case CURLE_USE_SSL_FAILED: "; starttls=required requires it"
        default: ""
        }
    }

    fileprivate static let onLine: curl_write_callback = { bytes, size, count, context in
        guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
        // SAFETY: libcurl shows `size * count` bytes for the length of this call.
        let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        // SAFETY: `init` has given the address of the session, which lives until its handle's end.
        let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
        let end = unsafe line.lastIndex { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }.map { $0 + 1 } ?? 0
        return unsafe session.greeting.hear(Array(line.prefix(end))) ? size * count : 0
    }

    fileprivate static let onDebug: curl_debug_callback = { _, kind, bytes, count, context in
        guard kind == CURLINFO_TEXT, let context = unsafe context, let bytes = unsafe bytes else { return 0 }
        // SAFETY: libcurl shows `count` bytes for the length of this call.
        let text = unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        // SAFETY: as above.
        let session = unsafe Unmanaged<Session>.fromOpaque(context).takeUnretainedValue()
        session.trail?.hear(libcurl: text)
        return 0
    }
}
