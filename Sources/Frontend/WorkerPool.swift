internal import Authentication
internal import DequeModule
internal import Glibc
internal import Logging
internal import Options
internal import Platform
internal import ProcessProtocol

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
    /// Those that are to end and whose process is not known.
    private var nameless: [Int: Worker] = [:]
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
        let timeout = options.timeout * 1000
        // The original's `-n 0`: a process for each request.
        state = PoolState(
            limits: workers == 0
                ? .init(workers: 64, requests: 1, timeout: timeout)
                : .init(workers: workers, requests: requests, timeout: timeout)
        )
    }

    /// Whether `tick` has anything to do later though no request is there.
    var needsTime: Bool { state.workerCount > 1 || state.isStarting }

    /// Starts a first worker, whose hello makes the frontend ready.
    func warmUp() {
        carryOut(state.warmUp(now: loop.now))
    }

    /// Has a worker decide on request `id`, for a client of the system's account `account` that is answered at `deadline`.
    ///
    /// `isKnown`: the password was right a while ago.
    func ask(_ id: UInt32, of account: uid_t, deadline: Instant, isKnown: Bool) {
        carryOut(state.arrived(request: id, of: account, deadline: deadline, isKnown: isKnown, now: loop.now))
    }

    /// The client of request `id` is answered without a verdict; a worker that has it goes on.
    func expire(_ id: UInt32) -> PoolState.Expiry {
        state.expired(request: id)
    }

    /// Nobody waits for request `id` any more, which no worker has.
    func withdraw(_ id: UInt32) {
        carryOut(state.withdrawn(request: id, now: loop.now))
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
        guard workers[worker.number] != nil else {
            if nameless[worker.number] != nil, case .started = message { endNameless(worker) }
            return true
        }
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
        case .verdict(let id, let verdict, let delay, let account, let detail):
            guard let actions = state.answered(request: id, by: worker.number, now: loop.now) else { return false }
            if !detail.isEmpty { logger.debug("\(mechanism): \(detail)") }
            path.decide(id, Finding(verdict, delay: Int(delay), account: account))
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

    private func endNameless(_ worker: Worker) {
        nameless[worker.number] = nil
        worker.isConnected ? cutOff(worker) : worker.close()
    }

    /// The connection to a worker has ended.
    func gone(_ worker: Worker, reason: String) {
        if nameless.removeValue(forKey: worker.number) != nil { return worker.close() }
        guard workers.removeValue(forKey: worker.number) != nil else { return }
        cutOff(worker)
        fail("the mechanism's program \(reason) before it was ready")
        carryOut(state.gone(worker: worker.number, reason: "worker \(worker.process ?? 0) \(reason)", now: loop.now))
    }

    private func carryOut(_ actions: [PoolState.Action]) {
        var actions = Deque(actions)
        while let action = actions.popFirst() {
            switch action {
            case .hand(let request, let worker):
                guard let frame = path.frame(of: request) else {
                    actions.append(contentsOf: state.withdrawn(request: request, now: loop.now))
                    continue
                }
                workers[worker]?.send(frame)
            case .startWorker(let number): start(number)
            case .retire(let number): if let worker = workers.removeValue(forKey: number) { cutOff(worker) }
            case .kill(let number): kill(number)
            case .giveUp(let request, .workers(let reason)):
                path.decide(request, Finding(.unavailable(Unavailability(reason))))
            case .giveUp(let request, .overload): path.giveUp(request)
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
        worker.isToBeKilled = true
        gone(worker, reason: "did not answer and was killed")
    }

    /// Closes the connection to a worker, and has the master see to it that the process ends.
    ///
    /// One whose process is not known yet is kept until the master has named it, or has closed the connection.
    private func cutOff(_ worker: Worker) {
        guard let process = worker.process else {
            guard worker.isConnected else { return }
            nameless[worker.number] = worker
            return
        }
        worker.close()
        worker.isToBeKilled ? master.kill(process) : master.closed(process)
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
