internal import Authentication
internal import DovecotProtocol
internal import EventLoop
internal import Folding
internal import Glibc
internal import Logging
internal import Platform
internal import SASLExchange

/// The sockets for clients of Dovecot's authentication protocol, and their connections.
final class DovecotService {
    /// How often connections are looked at that have a time limit, in milliseconds.
    private static let pause = 1_000
    /// The rounds that are offered for secrets kept in clear text, RFC 7677.
    private static let rounds: UInt32 = 4096
    /// How long clients may begin and finish logins when another frontend has taken over, in milliseconds.
    static let lastLogins = 10_000

    /// Owns this object, and turns the loop, so it outlives both.
    private unowned let frontend: Frontend
    let loop: EventLoop
    let refusesUnavailable: Bool
    private let maximumField: Int
    private let greetingTime: Int
    private let logger: Logger
    private let onEnd: () -> Void
    private var listeners: [Listener] = []
    private var clients: [Int: DovecotClient] = [:]
    private var idle: IdleConnections
    /// Connections with a time limit.
    private var timed: Set<Int> = []
    private var lastNumber = 0
    private var isAccepting = false
    private var isPaused = false
    private var isWatchingTime = false
    private var isLeaving = false
    private var hasSent = false
    private var violations = LogLimiter()
    private var random = RandomBytes()
    private let salts: SaltSource?

    /// `greetingTime` is in milliseconds; `onEnd` is called when the last connection of a service that leaves is closed.
    init(
        of frontend: Frontend,
        limit: Int,
        maximumField: Int,
        greetingTime: Int,
        refusesUnavailable: Bool,
        saltKey: consuming Secret?,
        onEnd: @escaping () -> Void
    ) {
        self.frontend = frontend
        loop = frontend.loop
        logger = frontend.logger
        idle = IdleConnections(limit: limit)
        self.maximumField = maximumField
        self.greetingTime = greetingTime
        self.refusesUnavailable = refusesUnavailable
        self.onEnd = onEnd
        switch consume saltKey {
        case .some(let key): salts = SaltSource(key: key, rounds: Self.rounds)
        case nil: salts = nil
        }
    }

    /// Takes over listening sockets, which accept clients once `accept` is called.
    func add(_ descriptor: CInt, _ options: DovecotOptions) {
        listeners.append(
            Listener(
                OwnedDescriptor(adopting: descriptor),
                loop: loop,
                // This object owns the listener, and outlives it.
                onClient: { [unowned self] in opened($0, options) },
                onFailure: { [logger] in logger.error("cannot accept a client of --dovecot: \($0)") }
            )
        )
    }

    var isEmpty: Bool { clients.isEmpty }
    /// The connections, for a status report.
    var connections: StatusReport.Dovecot {
        .init(idle: idle.idleCount, busy: idle.count - idle.idleCount, limit: idle.limit)
    }
    var now: Instant { loop.now }

    /// Whether a client has been sent something since the last call, and is likely to go on.
    func expectsClient() -> Bool {
        defer { hasSent = false }
        return hasSent
    }

    /// Starts to accept clients.
    func accept() throws(SystemError) {
        isAccepting = true
        for listener in listeners { try listener.accept(true) }
    }

    /// Accepts no more clients, closes idle connections, and others after their logins.
    ///
    /// A mail server notices a closed UNIX socket at its next login, and connects again, to the next frontend.
    func leave() {
        isLeaving = true
        for listener in listeners { listener.stop() }
        listeners = []
        for client in Array(clients.values) { client.leave() }
    }

    /// Closes all connections.
    func end() {
        for client in Array(clients.values) { client.close() }
    }

    private func opened(_ descriptor: consuming OwnedDescriptor, _ options: DovecotOptions) {
        let peer = try? PeerCredentials(of: descriptor.rawValue)
        guard frontend.admits(peer, on: descriptor.rawValue) else { return }
        lastNumber += 1
        switch idle.opened(lastNumber, now: now) {
        case .finish(let evicted): clients[evicted]?.finish()
        case .close(let evicted): clients[evicted]?.close()
        case nil: break
        }
        let client = DovecotClient(descriptor, number: lastNumber, peer: peer, options, of: self)
        clients[lastNumber] = client
        let greeting = Greeting(
            mechanisms: options.mechanisms,
            process: UInt32(getpid()),
            connection: UInt64(lastNumber),
            cookie: random.next(Greeting.cookieLength)
        )
        client.begin(greeting.wire)
        changed(client)
    }

    // MARK: The clients' side

    func withScratch(_ body: (inout [UInt8]) -> Void) { frontend.withScratch(body) }

    /// What makes the challenges of one exchange different from all others.
    func seed() -> ExchangeSeed {
        ExchangeSeed(random: random.next(ExchangeSeed.length), seconds: UInt64(time(nil)), host: "saslauthd")
    }

    /// Whether a login or a password may be so long, as on the mux.
    func accepts(length: Int) -> Bool { length <= maximumField }

    /// Gives a login its place in the ledger, which calls its `begin` when there is room.
    func join(_ login: DovecotLogin) { frontend.join(login) }

    /// The parameters to offer for a login whose secret is not kept with any: the same at each attempt.
    func parameters(_ mechanism: SASLMechanism, _ request: borrowing AuthRequest) -> SCRAMParameters {
        switch salts {
        case .some(let salts): salts.parameters(mechanism, FoldedName(request.login, realm: request.realm))
        // Without HMAC no such mechanism works, and nothing is accepted.
        case nil: SCRAMParameters(salt: ByteString(random.next(16)), rounds: Self.rounds)
        }
    }

    func ask(
        _ request: consuming AuthRequest,
        _ question: consuming MechanismQuestion,
        for login: DovecotLogin,
        _ terms: RequestTerms
    ) {
        frontend.ask(request, question, from: login, terms)
        // It sends nothing more.
        frontend.inputEnded(login)
    }

    /// A login's connection was closed before the ledger had room for it.
    func abandon(_ login: DovecotLogin) { frontend.inputEnded(login) }

    /// A connection has read input, or sent an answer.
    func changed(_ client: DovecotClient) {
        guard clients[client.number] != nil else { return }
        hasSent = true
        idle.becomes(busy: client.isBusy, client.number, now: now)
        if client.needsTime { timed.insert(client.number) } else { timed.remove(client.number) }
        watchTime()
        makeRoom()
    }

    func closed(_ client: DovecotClient) {
        guard clients.removeValue(forKey: client.number) != nil else { return }
        idle.closed(client.number)
        timed.remove(client.number)
        makeRoom()
        if isLeaving, clients.isEmpty { onEnd() }
    }

    /// Logs a client that does not follow the protocol, at most once a minute for each account.
    func log(_ violation: Violation, of client: DovecotClient) {
        guard violations.isNews(client.peer?.uid ?? .max, now: now) else { return }
        let peer = client.peer.map { "pid \($0.pid), uid \($0.uid)" } ?? "unknown process"
        logger.warning("--dovecot: closed the connection of \(peer): \(violation) (logged at most once a minute)")
    }

    /// Stops accepting clients while all connections are busy; they wait in the backlog.
    private func makeRoom() {
        guard isAccepting, !isLeaving, isPaused != idle.isFull else { return }
        isPaused = idle.isFull
        do throws(SystemError) {
            for listener in listeners { try listener.accept(!isPaused) }
        } catch {
            logger.error("cannot serve a socket of --dovecot: \(error)")
        }
    }

    private func watchTime() {
        guard !isWatchingTime, !timed.isEmpty else { return }
        isWatchingTime = true
        // The frontend turns the loop and owns this object, so it outlives the closure.
        loop.schedule(milliseconds: Self.pause) { [unowned self] in
            isWatchingTime = false
            for number in timed {
                guard let client = clients[number] else { continue }
                client.expire(now: now, greetingTime: greetingTime, leaveTime: Self.lastLogins)
                if !client.needsTime { timed.remove(number) }
            }
            watchTime()
        }
    }
}
