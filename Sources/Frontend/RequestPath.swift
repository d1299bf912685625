internal import Authentication
internal import Glibc
internal import Logging
internal import MuxProtocol
internal import Platform
internal import Options
internal import WorkerProtocol

/// One request's way, from the client's question to the answer.
final class RequestPath {
    private let options: ServiceOptions
    private let mechanism: PluginName
    private let audit: AuditLog
    private let loop: EventLoop
    private let master: MasterLink
    private let workerSocket: String
    private var pool: PoolState
    private let hash: CredentialHash?
    private var cache: CredentialCache
    private var workers: [Int: Worker] = [:]
    private var transactions: [UInt32: Transaction] = [:]
    private var byAge = AgeList<UInt32>()
    private var nextID: UInt32 = 0
    /// What workers have said at their start.
    private var startLines: Set<ByteString> = []
    private static let longestStartLines = 100
    private var scratch = [UInt8](repeating: 0, count: 65_536)

    private var logger: Logger { audit.logger }

    /// Connections to `workerSocket` become workers: the master starts one on each.
    init(
        options: ServiceOptions,
        audit: AuditLog,
        loop: EventLoop,
        master: MasterLink,
        workerSocket: String
    ) {
        self.options = options
        self.audit = audit
        mechanism = audit.mechanism
        self.loop = loop
        self.master = master
        self.workerSocket = workerSocket
        cache = CredentialCache(limits: options.caches ? .init(options) : .none)
        hash = options.caches ? CredentialHash.withNewKey(mechanism: audit.mechanism) : nil
        let workers = options.workers ?? mechanism.defaultWorkers
        let requests = options.maximumRequests ?? mechanism.defaultRequests
        // The original's `-n 0`: a process for each request.
        pool = PoolState(
            limits: workers == 0 ? .init(workers: 64, requests: 1) : .init(workers: workers, requests: requests)
        )
    }

    /// Whether a worker has a request in hand, or will have.
    var isBusy: Bool { !transactions.isEmpty }

    /// Lends out the buffer that everything is read into.
    func withScratch(_ body: (inout [UInt8]) -> Void) {
        body(&scratch)
    }

    /// Whether `tick` has anything to do later.
    var needsTime: Bool { !byAge.isEmpty || pool.workerCount > 1 }

    /// Starts a first worker, whose hello makes the frontend ready.
    func warmUp() {
        carryOut(pool.warmUp(now: loop.now))
    }

    func ask(_ request: consuming AuthRequest, from client: Client) {
        let now = loop.now
        let request = options.joinsRealm ? request.joiningRealm() : request
        let key: CredentialCache.Key?
        switch hash {
        case .some(let hash):
            let credentials = hash.credentials(of: request)
            if cache.knows(credentials, now: now) {
                audit.cached(AuditLog.Subject(request))
                return client.answer(.cached)
            }
            key = CredentialCache.Key(credentials: credentials, account: hash.account(of: request))
        case nil: key = nil
        }
        nextID &+= 1
        let id = nextID
        let transaction = Transaction(request: request, client: client, place: byAge.append(id, now: now), key: key)
        transactions[id] = transaction
        carryOut(pool.arrived(request: id, now: now))
    }

    /// A worker has said something; `false` when it cannot be.
    func said(_ message: MechanismMessage, by worker: Worker) -> Bool {
        switch message {
        // The program may have been quicker with its hello than the master with this.
        case .started: if worker.isReady { tellReady(worker) }
        case .hello(let version, let parallel):
            guard version == Frame.version else { return false }
            worker.parallel = parallel
            if worker.process != nil { tellReady(worker) }
            master.ready()
            carryOut(pool.ready(worker: worker.number, parallel: Int(parallel), now: loop.now))
        case .unusable(let reason):
            logger.error("mechanism \(mechanism) cannot be used: \(reason)")
            master.failed(reason.description)
            gone(worker, reason: reason.description)
        case .verdict(let id, let verdict, let delay):
            guard let actions = pool.answered(request: id, by: worker.number, now: loop.now) else {
                // One whose time was over, and whose worker was asked to end for it.
                return transactions[id] == nil && id <= nextID
            }
            decide(id, verdict, delay: delay)
            carryOut(actions)
            if worker.hasOutgrown(options.maximumMemory << 20) {
                logger.notice(
                    "worker \(worker.process ?? 0) has grown beyond \(options.maximumMemory) MB and is replaced"
                )
                carryOut(pool.outgrown(worker: worker.number, now: loop.now))
            }
        case .log(let severity, let text):
            guard worker.isReady || isNews(text) else { break }
            logger.log(level: severity.level, "\(mechanism): \(text)")
        }
        return true
    }

    private func tellReady(_ worker: Worker) {
        logger.debug("worker \(worker.process ?? 0) is ready for \(worker.parallel ?? 0) requests at a time")
    }

    /// Whether a line that a worker has said before its hello is the first of its kind: each start says the same.
    private func isNews(_ line: ByteString) -> Bool {
        startLines.count < Self.longestStartLines && startLines.insert(line).inserted
    }

    /// The connection to a worker has ended.
    func gone(_ worker: Worker, reason: String) {
        guard workers.removeValue(forKey: worker.number) != nil else { return }
        worker.close()
        master.failed("the mechanism's program \(reason) before it was ready")
        carryOut(pool.gone(worker: worker.number, reason: "worker \(worker.process ?? 0) \(reason)", now: loop.now))
    }

    /// Answers the requests whose time is over, and starts and ends workers.
    func tick(now: Instant) {
        let limit = now.reduced(milliseconds: options.timeout * 1000)
        while let id = byAge.oldest(since: limit) {
            let actions = pool.expired(request: id, now: now)
            decide(id, .unavailable(Unavailability("no answer after \(options.timeout) seconds")), delay: 0)
            carryOut(actions)
        }
        carryOut(pool.tick(now: now))
    }

    private func decide(_ id: UInt32, _ verdict: Verdict, delay: UInt32) {
        guard let transaction = transactions.removeValue(forKey: id) else { return }
        byAge.remove(transaction.place)
        if let key = transaction.key, remembers(key, verdict, transaction) { return transaction.client.answer(.cached) }
        let reply = Reply(to: verdict, of: mechanism, refusesUnavailable: options.unavailable == .no)
        audit.decided(transaction.subject, verdict, reply: reply)
        guard delay > 0, case .refused = verdict else { return transaction.client.answer(reply) }
        // A mechanism may wish for much; nobody waits longer for a refusal than for a verdict.
        transaction.client.answer(reply, after: min(Int(delay), options.timeout * 1000))
    }

    /// Forgets whose password was accepted.
    func emptyCache() {
        cache.removeAll()
        logger.info("the cache was emptied")
    }

    /// Has the cache learn from a verdict; says whether it stands in for a mechanism that has found out nothing.
    private func remembers(_ key: CredentialCache.Key, _ verdict: Verdict, _ transaction: Transaction) -> Bool {
        switch verdict {
        case .accepted: cache.accepted(key, now: loop.now)
        case .refused: cache.refused(key)
        case .unavailable(let unavailability):
            guard cache.forgives(key, now: loop.now) else { return false }
            audit.forgiven(transaction.subject, unavailability)
            return true
        }
        return false
    }

    private func carryOut(_ actions: [PoolState.Action]) {
        for action in actions {
            switch action {
            case .hand(let request, let worker):
                guard let transaction = transactions[request] else { continue }
                workers[worker]?.send(RequestFrame.encode(id: request, transaction.request))
            case .startWorker(let number): start(number)
            case .retire(let number): workers.removeValue(forKey: number)?.close()
            case .kill(let number): kill(number)
            case .giveUp(let request, let reason):
                decide(request, .unavailable(Unavailability(reason)), delay: 0)
            case .slowDown(let milliseconds):
                logger.error(
                    "workers of \(mechanism) keep ending over their requests; the next is started in \(milliseconds) ms"
                )
            }
        }
    }

    private func start(_ number: Int) {
        do throws(SystemError) {
            let connection = try UnixSocket.connectNonblocking(to: workerSocket)
            guard let worker = Worker(connection, number: number, path: self, loop: loop) else {
                throw SystemError("epoll_ctl", number: ENOMEM)
            }
            workers[number] = worker
        } catch {
            let reason = "no worker can be asked for: \(error)"
            master.failed(reason)
            carryOut(pool.gone(worker: number, reason: reason, now: loop.now))
        }
    }

    private func kill(_ number: Int) {
        guard let worker = workers[number] else { return }
        logger.error("worker \(worker.process ?? 0) does not answer and is killed")
        if let process = worker.process { master.kill(process) }
        gone(worker, reason: "did not answer and was killed")
    }
}

extension CredentialCache.Limits {
    fileprivate static let none = Self(entries: 1, lifetime: 0)

    /// Those of `-s`, `-t` and `--cache-grace`, which were checked with `-c`.
    fileprivate init(_ options: ServiceOptions) {
        self.init(
            entries: max(1, options.cacheSize * 1024 / CredentialCache.entrySize),
            lifetime: options.cacheLifetime * 1000,
            grace: options.cacheGrace * 1000
        )
    }
}

/// A request that has not been answered.
private final class Transaction {
    let request: AuthRequest
    let subject: AuditLog.Subject
    let client: Client
    let place: AgeList<UInt32>.Place
    let key: CredentialCache.Key?

    init(
        request: consuming AuthRequest,
        client: Client,
        place: AgeList<UInt32>.Place,
        key: CredentialCache.Key?
    ) {
        subject = AuditLog.Subject(request)
        self.request = request
        self.client = client
        self.place = place
        self.key = key
    }
}

extension MechanismMessage.Severity {
    fileprivate var level: Logger.Level {
        switch self {
        case .error: .error
        case .warning: .warning
        case .notice: .notice
        case .information: .info
        case .debug: .debug
        }
    }
}
