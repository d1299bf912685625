internal import Authentication
internal import Glibc
internal import Logging
internal import Platform
internal import SystemLog

/// The process that holds the sockets and keeps the frontend and the workers running.
final class MasterProcess {
    /// How long the frontend may take to answer what it has in hand at the end, in milliseconds; then it is killed.
    private static let endTime = 7_000
    /// How long a first worker may take to be ready, in milliseconds.
    private static let startTime = 60_000

    private enum Phase {
        case starting(until: Instant)
        case running
        case ending(until: Instant)
    }

    private let mechanism: PluginName
    private let logger: Logger
    private let directories: [RunDirectory]
    private let questions: QuestionSockets
    private let workers: WorkerStarter
    private let frontendProgram: Program
    private let childError: OwnedDescriptor
    private let signals: SignalDescriptor
    private let onReady: () -> Void
    private var frontend: FrontendProcess?
    private var nextStart: Instant?
    private var restarts = RestartPolicy()
    private var phase: Phase

    /// Puts the parts together; nothing is started yet.
    ///
    /// `childError` is what the children have for standard error; `onReady` is called once, when requests are answered.
    init(
        mechanism: PluginName,
        directories: [RunDirectory],
        questions: QuestionSockets,
        workers: WorkerStarter,
        frontend: Program,
        childError: consuming OwnedDescriptor,
        logger: Logger,
        onReady: @escaping () -> Void
    ) throws(SystemError) {
        self.mechanism = mechanism
        self.directories = directories
        self.questions = questions
        self.workers = workers
        frontendProgram = frontend
        self.childError = childError
        self.logger = logger
        self.onReady = onReady
        signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGCHLD])
        // Ignored until now, so that it does no harm at the start; what is ignored is not reported.
        signal(SIGHUP, SIG_DFL)
        phase = .starting(until: Instant.now.advanced(milliseconds: Self.startTime))
    }

    /// Runs until it is told to end; gives the exit code.
    func run() -> CInt {
        do throws(SystemError) {
            try startFrontend()
            while true {
                if let code = try step() { return code }
            }
        } catch {
            let isForbidden = error.call == "start" && error.number == EACCES
            return fail("\(error)" + (isForbidden ? "; the account of --user must be able to reach and to run it" : ""))
        }
    }

    /// Waits for the next event and deals with it; gives an exit code when it was the last.
    private func step() throws(SystemError) -> CInt? {
        let link = frontend?.linkNumber.map { [$0] } ?? []
        let ready = try waitForInput(
            on: [signals.descriptor.rawValue, workers.listener.rawValue] + link,
            milliseconds: deadline.map { CInt(clamping: Instant.now.milliseconds(until: $0)) }
        )
        if ready.contains(1) { workers.acceptConnection(from: frontend?.pid) }
        if ready.contains(2), let code = hearFrontend() { return code }
        if ready.contains(0), let code = try takeSignals() { return code }
        return try clockHasMoved()
    }

    private var deadline: Instant? {
        switch phase {
        case .starting(let until), .ending(let until): until
        case .running: nextStart
        }
    }

    private func clockHasMoved() throws(SystemError) -> CInt? {
        let now = Instant.now
        switch phase {
        case .starting(let until):
            return now < until ? nil : fail("no worker of mechanism \(mechanism) was ready in time")
        case .running:
            if let nextStart, now >= nextStart { try startFrontend() }
            return nil
        case .ending(let until):
            if now < until, frontend != nil || workers.hasWorkers { return nil }
            killChildren()
            logger.info("master exited: \(getpid())", metadata: [SystemLog.functionKey: "server_exit"])
            return EXIT_SUCCESS
        }
    }

    // MARK: The frontend

    private func startFrontend() throws(SystemError) {
        nextStart = nil
        frontend = try FrontendProcess(
            frontendProgram,
            workers: workers.reference,
            listeners: directories.map { $0.listener.rawValue } + questions.numbers,
            standardError: childError
        )
    }

    private func hearFrontend() -> CInt? {
        guard let messages = try? frontend?.messages() else {
            // It ends, or has lost its mind: it is started again when it is gone.
            frontend?.closeLink()
            if let pid = frontend?.pid { kill(pid, SIGKILL) }
            return nil
        }
        for message in messages {
            switch (message, phase) {
            case (.ready, .starting): becomeReady()
            case (.failed(let reason), .starting):
                return fail("failed to initialize mechanism \(reason)")
            case (.kill(let pid), _): workers.kill(pid)
            case (.ready, _), (.failed, _): break
            }
        }
        return nil
    }

    private func becomeReady() {
        phase = .running
        onReady()
        logger.info("master pid is: \(getpid())", metadata: [SystemLog.functionKey: "detach_tty"])
        for directory in directories {
            logger.info(
                "listening on socket: \(directory.socketPath)",
                metadata: [SystemLog.functionKey: "ipc_init"]
            )
            directory.letGoOfStartLock()
        }
        ServiceManager.notify("READY=1")
    }

    // MARK: Signals and children

    private func takeSignals() throws(SystemError) -> CInt? {
        while let signal = try signals.next() {
            switch signal {
            case SIGCHLD: break
            case SIGHUP:
                frontend?.emptyCache()
                continue
            default:
                end()
                continue
            }
            while let (pid, end) = ProcessEnd.reap() {
                if workers.ended(pid, end) { continue }
                if pid == frontend?.pid, let code = frontendEnded(end) { return code }
            }
        }
        return nil
    }

    private func frontendEnded(_ end: ProcessEnd) -> CInt? {
        guard let gone = frontend.take() else { return nil }
        switch phase {
        case .starting: return fail("the frontend \(end) before it was ready")
        case .running:
            nextStart = restarts.restart(after: gone.startedAt, endedAt: .now)
            logger.error("the frontend (\(gone.pid)) \(end) and is started again")
        case .ending: break
        }
        return nil
    }

    private func end() {
        if case .ending = phase {
            // Asked twice: no more patience.
            phase = .ending(until: .now)
            return
        }
        phase = .ending(until: Instant.now.advanced(milliseconds: Self.endTime))
        ServiceManager.notify("STOPPING=1")
        removeFiles()
        frontend?.closeLink()
    }

    private func fail(_ reason: String) -> CInt {
        logger.critical("\(reason)")
        removeFiles()
        killChildren()
        return EXIT_FAILURE
    }

    private func removeFiles() {
        for directory in directories { directory.removeFiles() }
        questions.removeFiles()
    }

    private func killChildren() {
        if let pid = frontend?.pid { kill(pid, SIGKILL) }
        workers.killAll()
    }
}
