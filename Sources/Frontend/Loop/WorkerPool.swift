internal import Authentication
internal import DequeModule
internal import EventLoop
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// The connections to the workers of one mechanism.
final class WorkerPool {
    /// The mechanism, and its number in the ledger.
    let mechanism: PluginName
    let index: Int
    /// The frontend owns this object and outlives it.
    private unowned let frontend: Frontend
    private let loop: EventLoop
    private let master: MasterLink
    private let logger: Logger
    private let socket: String
    private let maximumMemory: Int
    private var workers: [Int: Worker] = [:]
    /// Workers to be stopped whose process is not known yet.
    private var nameless: [Int: Worker] = [:]
    /// Whether a worker has ever been ready.
    private var isReady = false
    /// Log lines from workers before their hello.
    private var startLines: Set<ByteString> = []
    private static let longestStartLines = 100

    /// Connections to `socket` become workers: the master starts one on each.
    ///
    /// A worker whose memory exceeds `maximumMemory` megabytes is replaced.
    init(
        _ mechanism: PluginName,
        index: Int,
        maximumMemory: Int,
        socket: String,
        frontend: Frontend,
        master: MasterLink
    ) {
        self.mechanism = mechanism
        self.index = index
        self.maximumMemory = maximumMemory
        self.socket = socket
        self.frontend = frontend
        self.master = master
        loop = frontend.loop
        logger = frontend.logger
    }

    /// The process of a worker, if known.
    func process(of number: Int) -> UInt32? { workers[number]?.process }

    func withScratch(_ body: (inout [UInt8]) -> Void) {
        frontend.withScratch(body)
    }

    /// Sends a frame to a worker, and wipes it.
    func send(_ frame: [UInt8], to number: Int) {
        workers[number]?.send(frame)
    }

    /// A worker has sent a message; `false` if it is invalid here.
    func said(_ message: MechanismMessage, by worker: Worker) -> Bool {
        guard workers[worker.number] != nil else {
            if nameless[worker.number] != nil, case .started = message { endNameless(worker) }
            return true
        }
        switch message {
        // The program's hello may have arrived before the master's frame.
        case .started: if worker.isReady { tellReady(worker) }
        case .hello(let version, let parallel, let schemes):
            guard Frame.versions.contains(version) else { return false }
            let missing = frontend.wantedSchemes.subtracting(schemes).map(\.name).sorted()
            guard missing.isEmpty else {
                let reason = "does not offer \(missing.joined(separator: " and ")) (mechanisms= of --dovecot)"
                logger.error("mechanism \(mechanism) \(reason)")
                fail(reason)
                gone(worker, reason: reason)
                return true
            }
            worker.parallel = parallel
            if worker.process != nil { tellReady(worker) }
            isReady = true
            frontend.ready(worker.number, of: self, parallel: Int(parallel))
        case .unusable(let reason):
            logger.error("mechanism \(mechanism) cannot be used: \(reason)")
            fail(reason.description)
            gone(worker, reason: reason.description)
        // The master has logged it.
        case .later(let reason): drop(worker, reason: reason.description)
        case .verdict(let id, let verdict, let delay, let account, let detail):
            guard frontend.expects(.password, for: id) else { return false }
            return decided(id, Finding(verdict, delay: Int(delay), account: account), detail, by: worker)
        case .proven(let id, let verdict, let signature, let delay, let account, let detail):
            guard frontend.expects(.proof, for: id) else { return false }
            frontend.login(of: id)?.took(signature: signature)
            return decided(id, Finding(verdict, delay: Int(delay), account: account), detail, by: worker)
        case .prepared(let id, let preparation):
            guard frontend.expects(.preparation, for: id) else { return false }
            if case .known(let parameters) = preparation { frontend.login(of: id)?.took(parameters) }
            return decided(id, Finding(preparation), "", by: worker)
        case .log(let severity, let text):
            guard worker.isReady || isNews(text) else { break }
            logger.log(level: severity.level, "\(mechanism): \(text)")
        }
        return true
    }

    /// A worker has answered a question; `false` if it did not have it.
    private func decided(_ id: UInt32, _ finding: Finding, _ detail: ByteString, by worker: Worker) -> Bool {
        if !detail.isEmpty { logger.debug("\(mechanism): \(detail)") }
        guard frontend.verdict(on: id, from: worker.number, of: self, finding) else { return false }
        if worker.hasOutgrown(maximumMemory << 20) {
            logger.notice("worker \(worker.process ?? 0) exceeds \(maximumMemory) MB (--max-memory); replacing it")
            frontend.outgrown(worker.number, of: self)
        }
        return true
    }

    /// Reports that the mechanism cannot be used; ignored once it was ready.
    private func fail(_ reason: String) {
        if !isReady { master.failed(mechanism, reason) }
    }

    private func tellReady(_ worker: Worker) {
        logger.debug("worker \(worker.process ?? 0) is ready for \(worker.parallel ?? 0) requests at a time")
    }

    /// Whether a log line before a worker's hello is new: each start logs the same lines.
    private func isNews(_ line: ByteString) -> Bool {
        startLines.count < Self.longestStartLines && startLines.insert(line).inserted
    }

    private func endNameless(_ worker: Worker) {
        nameless[worker.number] = nil
        worker.isConnected ? cutOff(worker) : worker.close()
    }

    /// The connection to a worker is closed.
    func gone(_ worker: Worker, reason: String) {
        if nameless.removeValue(forKey: worker.number) != nil { return worker.close() }
        guard workers[worker.number] != nil else { return }
        fail("the mechanism's program \(reason) before it was ready")
        drop(worker, reason: reason)
    }

    private func drop(_ worker: Worker, reason: String) {
        guard workers.removeValue(forKey: worker.number) != nil else { return }
        cutOff(worker)
        frontend.gone(worker.number, of: self, reason: "worker \(worker.process ?? 0) \(reason)")
    }

    /// Asks the master for a worker with this number.
    func start(_ number: Int) {
        do throws(SystemError) {
            let connection = try UnixSocket.connectNonblocking(to: socket)
            guard let worker = Worker(connection, number: number, pool: self, loop: loop) else {
                throw SystemError("epoll_ctl", number: ENOMEM)
            }
            workers[number] = worker
        } catch {
            let reason = "cannot request a worker: \(error)"
            fail(reason)
            frontend.gone(number, of: self, reason: reason)
        }
    }

    /// Closes the connection to a worker, which then exits.
    func retire(_ number: Int) {
        if let worker = workers.removeValue(forKey: number) { cutOff(worker) }
    }

    /// Kills a worker and reports it gone.
    func kill(_ number: Int) {
        guard let worker = workers[number] else { return }
        logger.error("worker \(worker.process ?? 0) does not respond; killing it")
        worker.isToBeKilled = true
        gone(worker, reason: "did not respond and was killed")
    }

    /// Closes the connection to a worker, and has the master make sure that the process exits.
    ///
    /// While the process is not known, the connection is kept until the master reports the process or closes it.
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

extension Finding {
    /// The answer to a question for parameters: it is no verdict, but decides on the next mechanism as one does.
    fileprivate init(_ preparation: Preparation) {
        switch preparation {
        case .known: self.init(Verdict.accepted)
        case .unknown: self.init(Verdict.refused(.unknownUser))
        // Without the type's name this would be a preparation again, and never end.
        case .unavailable(let unavailability): self.init(Verdict.unavailable(unavailability))
        }
    }
}
