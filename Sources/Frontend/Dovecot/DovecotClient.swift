internal import Authentication
internal import DovecotProtocol
internal import EventLoop
internal import Glibc
internal import Platform
internal import SASLExchange

/// A connection of a client of Dovecot's authentication protocol, with any number of logins.
final class DovecotClient: EventSource {
    let number: Int
    let peer: PeerCredentials?
    /// Owns this object until the connection is closed, and outlives it.
    private unowned let service: DovecotService
    private let options: DovecotOptions
    private let channel: BufferedSocket
    private var connection: DovecotConnection
    /// Lines to send at the end of the turn.
    private var output: [UInt8] = []
    private var logins: [RequestKey: DovecotLogin] = [:]
    private let opened: Instant
    private var inputHasEnded = false
    /// Since when it is to be closed as soon as no login is in flight.
    private var leaving: Instant?
    /// Whether no more input is taken, because the client begins new logins for too long after the frontend has been replaced.
    private var isFinal = false
    private var isReading = false

    init(
        _ descriptor: consuming OwnedDescriptor,
        number: Int,
        peer: PeerCredentials?,
        _ options: DovecotOptions,
        of service: DovecotService
    ) {
        self.number = number
        self.peer = peer
        self.options = options
        self.service = service
        opened = service.now
        channel = BufferedSocket(descriptor, loop: service.loop, outputFirst: true)
        connection = DovecotConnection(mechanisms: options.mechanisms, unavailable: options.unavailable)
    }

    /// Greets, before anything is read: a mail server without a greeting is one without logins, or without mail at all.
    func begin(_ greeting: [UInt8]) {
        channel.send(greeting)
        read()
        adjust()
    }

    var isBusy: Bool { connection.isBusy }
    var hasHungUp: Bool { !channel.isOpen || channel.hasHungUp }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        if readable { read() } else { closeIfDone() }
        adjust()
    }

    /// Closes the connection, at once or after the logins in flight.
    func leave() {
        leaving = leaving ?? service.now
        closeIfDone()
        service.changed(self)
    }

    /// Forgets logins whose client does not go on; closes a connection without the client's greeting, or one that
    /// should have been left `leaveTime` ago and has no login that waits for the server.
    func expire(now: Instant, greetingTime: Int, leaveTime: Int) {
        for key in connection.expire(now: now) { logins[key] = nil }
        if !connection.isServing, opened.advanced(milliseconds: greetingTime) <= now { return close() }
        guard let leaving, leaving.advanced(milliseconds: leaveTime) <= now else { return }
        isFinal = true
        closeIfDone()
        adjust()
    }

    /// Whether `expire` may have something to do later.
    var needsTime: Bool {
        channel.isOpen && (!connection.isServing || connection.deadline != nil || leaving != nil && !isFinal)
    }

    // MARK: Input

    private func read() {
        guard channel.isOpen, !isReading else { return }
        service.withScratch { scratch in
            switch channel.receive(into: &scratch) {
            case .bytes(let count):
                let piece = scratch.span.extracting(first: count)
                take(piece)
                wipe(piece)
            case .wouldBlock: break
            case .ended: inputHasEnded = true
            }
        }
        closeIfDone()
    }

    private func take(_ piece: Span<UInt8>) {
        isReading = true
        var rest = piece
        while let event = connection.next(&rest) { carryOut(event) }
        isReading = false
        service.changed(self)
    }

    /// Goes on after an answer, where the client has sent more than may be in flight.
    private func resume() {
        guard channel.isOpen, !connection.isFull, connection.hasInput, !isFinal else { return }
        take(Span())
    }

    /// Has the loop report input as long as it can be processed, and otherwise room for output.
    ///
    /// Meanwhile input waits in the kernel, and then at the client. An end of input would be reported again and again.
    private func adjust() {
        guard channel.isOpen, !isReading else { return }
        if hasSentAll, connection.isFull || inputHasEnded || isFinal {
            channel.stopWatching()
        } else if !channel.watch(self) {
            close()
        }
    }

    private func carryOut(_ event: consuming DovecotEvent) {
        switch consume event {
        case .begin(let key, let command, let replaced):
            if let replaced { logins[replaced] = nil }
            let terms = RequestTerms(
                deadline: options.deadline,
                longestDelay: options.longestDelay,
                isExemptFromAddress: command.isExemptFromAddressPenalty
            )
            let login = DovecotLogin(key, command, seed: service.seed(), terms: terms, of: self, in: service)
            logins[key] = login
            login.begin(with: command.initialResponse)
        case .proceed(let key, let message): logins[key]?.proceed(message)
        // The verdict that is still to come counts, but is not sent.
        case .cancel(let key): logins[key] = nil
        case .send(let line, let ended):
            send(line)
            if let ended { logins[ended] = nil }
        case .close(let violation):
            service.log(violation, of: self)
            close()
        }
    }

    // MARK: The logins' side

    func accepts(login: ByteString, password: borrowing Secret) -> Bool {
        service.accepts(length: login.count) && service.accepts(length: password.count)
    }

    func ask(_ login: DovecotLogin) { service.join(login) }

    func accepts(login: ByteString) -> Bool { service.accepts(length: login.count) }

    /// The parameters to offer for a login whose secret is not kept with any.
    func parameters(_ mechanism: SASLMechanism, _ request: borrowing AuthRequest) -> SCRAMParameters {
        service.parameters(mechanism, request)
    }

    func send(
        _ request: consuming AuthRequest,
        _ question: consuming MechanismQuestion,
        for login: DovecotLogin,
        _ terms: RequestTerms
    ) {
        service.ask(request, question, for: login, terms)
    }

    func challenge(_ login: DovecotLogin, _ message: ByteString) {
        answer(connection.challenge(message.bytes.span, to: login.key, now: service.now), login, isOver: false)
    }

    func accept(_ login: DovecotLogin, _ name: ByteString, finalMessage: ByteString?) {
        answer(connection.accept(login.key, login: name, finalMessage: finalMessage), login)
    }

    func reject(_ login: DovecotLogin, _ name: ByteString?, _ rejection: Rejection) {
        answer(connection.reject(login.key, login: name, rejection), login)
    }

    /// The exchange has failed without a question to a mechanism.
    func failed(_ login: DovecotLogin, _ failure: SASLFailure) {
        switch failure {
        case .unusableAnswer: failTemporarily(login, login.name)
        case .otherIdentity: reject(login, login.name, .otherIdentity)
        case .malformed, .emptyLogin, .unprintableLogin, .emptyPassword, .unsupported, .mismatch, .unexpected:
            reject(login, login.name, .refused(.wrongPassword))
        }
    }

    func failTemporarily(_ login: DovecotLogin, _ name: ByteString?) {
        guard !service.refusesUnavailable else { return reject(login, name, .refused(.wrongPassword)) }
        answer(connection.failTemporarily(login.key, login: name), login)
    }

    private func answer(_ answer: DovecotAnswer, _ login: DovecotLogin, isOver: Bool = true) {
        if isOver { logins[login.key] = nil }
        switch answer {
        case .line(let line): send(line)
        case .close: return close()
        case .none: break
        }
        guard !isReading else { return }
        resume()
        service.changed(self)
        closeIfDone()
        adjust()
    }

    /// Sends a line before the loop waits again: answers to pipelined requests come in numbers.
    private func send(_ line: [UInt8]) {
        // The loop keeps this object until then, and it knows whether it is closed.
        if output.isEmpty { service.loop.atEndOfTurn { [self] in flush() } }
        output += line
    }

    private func flush() {
        guard !output.isEmpty else { return }
        channel.send(output)
        output.removeAll(keepingCapacity: true)
        closeIfDone()
        adjust()
    }

    // MARK: The end

    private var hasSentAll: Bool { output.isEmpty && channel.hasSentAll }

    private func closeIfDone() {
        guard channel.isOpen, !isReading else { return }
        if inputHasEnded, !connection.isBusy && hasSentAll || channel.hasHungUp { return close() }
        guard leaving != nil, hasSentAll || isFinal else { return }
        if isFinal {
            if !connection.isBusy { close() }
        } else if connection.requestCount == 0 {
            finish()
        }
    }

    /// Takes what the client has sent, and nothing later; the connection is closed after the answers.
    ///
    /// The client's next write fails, so that it connects again and loses no login.
    func finish() {
        channel.endInput()
        read()
    }

    /// Closes the connection in both directions; what the client has sent is read first, as otherwise the system would
    /// throw away answers that the client has not read yet.
    func close() {
        guard channel.isOpen else { return }
        connection.close()
        logins = [:]
        if !output.isEmpty { channel.send(output) }
        output = []
        if !isReading, !inputHasEnded {
            service.withScratch { scratch in
                for _ in 0..<16 {
                    guard case .bytes(let count) = channel.receive(into: &scratch) else { break }
                    wipe(scratch.span.extracting(first: count))
                }
            }
        }
        channel.close()
        service.closed(self)
    }
}
