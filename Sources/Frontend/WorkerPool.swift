internal import Authentication
internal import Glibc
internal import Logging
internal import Options
internal import Platform
internal import WorkerProtocol

/// The workers of one mechanism: carries out what a `PoolState` decides.
final class WorkerPool {
    let mechanism: PluginName
    private unowned let path: RequestPath
    private let loop: EventLoop
    private let master: MasterLink
    private let logger: Logger
    private let socket: String
    private let maximumMemory: Int
    private var state: PoolState
    private var workers: [Int: Worker] = [:]
    /// Whether a worker was ready, ever.
    private(set) var isReady = false
    /// What workers have said at their start.
    private var startLines: Set<ByteString> = []
    private static let longestStartLines = 100

    /// Connections to `socket` become workers: the master starts one on each.
    init(
        _ mechanism: PluginName,
        options: ServiceOptions,
        socket: String,
        path: RequestPath,
        loop: EventLoop,
        master: MasterLink,
        logger: Logger
    ) {
        self.mechanism = mechanism
        self.socket = socket
        self.path = path
        self.loop = loop
        self.master = master
        self.logger = logger
        maximumMemory = options.maximumMemory
        let workers = options.workers ?? mechanism.defaultWorkers
        let requests = options.maximumRequests ?? mechanism.defaultRequests
        // The original's `-n 0`: a process for each request.
        state = PoolState(
            limits: workers == 0 ? .init(workers: 64, requests: 1) : .init(workers: workers, requests: requests)
        )
    }

    /// Whether `tick` has anything to do later though no request is there.
    var needsTime: Bool { state.workerCount > 1 }

    /// Starts a first worker, whose hello makes the frontend ready.
    func warmUp() {
        carryOut(state.warmUp(now: loop.now))
    }

    /// Has a worker decide on request `id`.
    func ask(_ id: UInt32) {
        carryOut(state.arrived(request: id, now: loop.now))
    }

    /// The time of request `id` is over; a worker that has it in hand is killed.
    func giveUp(_ id: UInt32) {
        carryOut(state.expired(request: id, now: loop.now))
    }

    /// Starts what was put off, ends what is idle.
    func tick() {
        carryOut(state.tick(now: loop.now))
    }

    /// Replaces all workers, each when it has answered what it has in hand.
    func renew() {
        carryOut(state.renew(now: loop.now))
    }

    /// What its workers are doing, of the mechanism that is asked as `route` says and has decided as `tally` says.
    func report(route: String, _ tally: Tally) -> StatusReport.Mechanism {
        StatusReport.Mechanism(
            route: route,
            tally: tally,
            workers: state.census.map {
                .init(process: workers[$0.number]?.process, state: $0.state, requests: $0.requests, served: $0.served)
            },
            queue: state.waiting,
            lost: state.lost
        )
    }

    func withScratch(_ body: (inout [UInt8]) -> Void) {
        path.withScratch(body)
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
            isReady = true
            if path.isReady { master.ready() }
            carryOut(state.ready(worker: worker.number, parallel: Int(parallel), now: loop.now))
        case .unusable(let reason):
            logger.error("mechanism \(mechanism) cannot be used: \(reason)")
            fail(reason.description)
            gone(worker, reason: reason.description)
        case .verdict(let id, let verdict, let delay, _):
            guard let actions = state.answered(request: id, by: worker.number, now: loop.now) else {
                // One whose time was over, and whose worker was asked to end for it.
                return path.wasDecided(id)
            }
            path.decide(id, verdict, delay: Int(delay))
            carryOut(actions)
            if worker.hasOutgrown(maximumMemory << 20) {
                logger.notice("worker \(worker.process ?? 0) has grown beyond \(maximumMemory) MB and is replaced")
                carryOut(state.outgrown(worker: worker.number, now: loop.now))
            }
        case .log(let severity, let text):
            guard worker.isReady || isNews(text) else { break }
            logger.log(level: severity.level, "\(mechanism): \(text)")
        }
        return true
    }

    /// The mechanism cannot be used; of no consequence once it could.
    private func fail(_ reason: String) {
        if !isReady { master.failed(mechanism, reason) }
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
        fail("the mechanism's program \(reason) before it was ready")
        carryOut(state.gone(worker: worker.number, reason: "worker \(worker.process ?? 0) \(reason)", now: loop.now))
    }

    private func carryOut(_ actions: [PoolState.Action]) {
        for action in actions {
            switch action {
            case .hand(let request, let worker):
                guard let frame = path.frame(of: request) else { continue }
                workers[worker]?.send(frame)
            case .startWorker(let number): start(number)
            case .retire(let number): workers.removeValue(forKey: number)?.close()
            case .kill(let number): kill(number)
            case .giveUp(let request, let reason):
                path.decide(request, .unavailable(Unavailability(reason)), delay: 0)
            case .slowDown(let milliseconds):
                logger.error(
                    "workers of \(mechanism) keep ending over their requests; the next is started in \(milliseconds) ms"
                )
            }
        }
    }

    private func start(_ number: Int) {
        do throws(SystemError) {
            let connection = try UnixSocket.connectNonblocking(to: socket)
            guard let worker = Worker(connection, number: number, pool: self, loop: loop) else {
                throw SystemError("epoll_ctl", number: ENOMEM)
            }
            workers[number] = worker
        } catch {
            let reason = "no worker can be asked for: \(error)"
            fail(reason)
            carryOut(state.gone(worker: number, reason: reason, now: loop.now))
        }
    }

    private func kill(_ number: Int) {
        guard let worker = workers[number] else { return }
        logger.error("worker \(worker.process ?? 0) does not answer and is killed")
        if let process = worker.process { master.kill(process) }
        gone(worker, reason: "did not answer and was killed")
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
