internal import Authentication
internal import Logging
internal import MuxProtocol
internal import NIOCore
internal import NIOPosix
internal import Platform
internal import Options
internal import WorkerProtocol

/// One request's way, from the client's question to the answer.
final class RequestPath {
    private let options: ServiceOptions
    private let mechanism: PluginName
    private let audit: AuditLog
    private let eventLoop: any EventLoop
    private let master: MasterLink
    private let workerSocket: String
    private var pool: PoolState
    private var workers: [Int: WorkerHandler] = [:]
    private var transactions: [UInt32: Transaction] = [:]
    private var byAge = AgeList<UInt32>()
    private var nextID: UInt32 = 0

    private var logger: Logger { audit.logger }

    /// Connections to `workerSocket` become workers: the master starts one on each.
    init(
        options: ServiceOptions,
        audit: AuditLog,
        eventLoop: any EventLoop,
        master: MasterLink,
        workerSocket: String
    ) {
        self.options = options
        self.audit = audit
        mechanism = audit.mechanism
        self.eventLoop = eventLoop
        self.master = master
        self.workerSocket = workerSocket
        let isFresh = options.workers == 0
        pool = PoolState(limits: .init(workers: isFresh ? 64 : options.workers, freshWorkerForEach: isFresh))
    }

    /// Whether `tick` has anything to do later.
    var needsTime: Bool { !byAge.isEmpty || pool.workerCount > 1 }

    /// Starts a first worker, whose hello makes the frontend ready.
    func warmUp() {
        carryOut(pool.warmUp(now: .now))
    }

    func ask(_ request: consuming AuthRequest, from client: ClientHandler) {
        let now = Instant.now
        nextID &+= 1
        let id = nextID
        let transaction = Transaction(
            request: options.joinsRealm ? request.joiningRealm() : request,
            client: client,
            place: byAge.append(id, now: now)
        )
        transactions[id] = transaction
        carryOut(pool.arrived(request: id, now: now))
    }

    /// A worker has said something; `false` when it cannot be.
    func said(_ message: MechanismMessage, by worker: WorkerHandler) -> Bool {
        switch message {
        case .started: break
        case .hello(let version, let parallel):
            guard version == Frame.version else { return false }
            logger.debug("worker \(worker.process ?? 0) is ready for \(parallel) requests at a time")
            master.ready()
            carryOut(pool.ready(worker: worker.number, parallel: Int(parallel), now: .now))
        case .unusable(let reason):
            logger.error("mechanism \(mechanism) cannot be used: \(reason)")
            master.failed(reason.description)
            worker.close()
        case .verdict(let id, let verdict, let delay):
            guard let actions = pool.answered(request: id, by: worker.number, now: .now) else {
                // One whose time was over, and whose worker was asked to end for it.
                return transactions[id] == nil && id <= nextID
            }
            decide(id, verdict, delay: delay)
            carryOut(actions)
        case .log(let severity, let text):
            logger.log(level: severity.level, "\(mechanism): \(text)")
        }
        return true
    }

    /// The connection to a worker has ended.
    func gone(_ worker: WorkerHandler, reason: String) {
        guard workers.removeValue(forKey: worker.number) != nil else { return }
        if master.isWaitingForReady { master.failed("the mechanism's program \(reason) before it was ready") }
        carryOut(pool.gone(worker: worker.number, reason: "worker \(worker.process ?? 0) \(reason)", now: .now))
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
        let reply = Reply(to: verdict, of: mechanism, refusesUnavailable: options.unavailable == .no)
        audit.decided(transaction.subject, verdict, reply: reply)
        guard delay > 0, verdict != .accepted else { return transaction.client.answer(reply) }
        let client = NIOLoopBound(transaction.client, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .milliseconds(Int64(delay))) { client.value.answer(reply) }
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
            }
        }
    }

    private func start(_ number: Int) {
        let handler = WorkerHandler(number: number, path: self)
        workers[number] = handler
        let bound = NIOLoopBound((self, handler), eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16_384))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value.1)
                }
            }
            .connect(unixDomainSocketPath: workerSocket)
            .whenFailure { error in
                let (path, handler) = bound.value
                path.gone(handler, reason: "cannot be asked for: \(error)")
            }
    }

    private func kill(_ number: Int) {
        guard let worker = workers[number] else { return }
        logger.error("worker \(worker.process ?? 0) does not answer and is killed")
        if let process = worker.process { master.kill(process) }
        worker.close()
    }
}

/// A request that has not been answered.
private final class Transaction {
    let request: AuthRequest
    let subject: AuditLog.Subject
    let client: ClientHandler
    let place: AgeList<UInt32>.Place

    init(request: consuming AuthRequest, client: ClientHandler, place: AgeList<UInt32>.Place) {
        subject = AuditLog.Subject(request)
        self.request = request
        self.client = client
        self.place = place
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
