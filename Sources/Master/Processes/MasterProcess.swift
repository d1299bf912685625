internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// The process that holds the sockets and keeps the frontend and the workers running: waits for events, and carries out what
/// `Supervision` decides.
final class MasterProcess {
    /// How long to wait before the next try where the system cannot even wait for events, in milliseconds.
    private static let waitPause: CInt = 250

    private let reread: (Generation) throws(StartFailure) -> Generation
    private let signals: SignalDescriptor
    private let onReady: () -> Void
    private var supervision: Supervision
    private var generations: [GenerationID: Generation] = [:]
    /// The one that serves; `nil` until requests are answered for the first time.
    private var serving: Generation?
    private var logger: Logger
    private var exitCode: CInt?
    /// What the service manager keeps for the next start.
    private var keptMemory: FrontendMemory?

    /// Holds back the signals that a master deals with, until it does.
    static func signals() throws(SystemError) -> SignalDescriptor {
        try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGCHLD])
    }

    /// `signals` is what `signals()` gave; `reread` makes a generation of the settings as they are now, to serve after another;
    /// `onReady` is called once, when requests are answered.
    init(
        _ first: Generation,
        _ signals: consuming SignalDescriptor,
        rereading reread: @escaping (Generation) throws(StartFailure) -> Generation,
        onReady: @escaping () -> Void
    ) throws(SystemError) {
        self.reread = reread
        self.onReady = onReady
        logger = first.logger
        supervision = Supervision(
            ownProcess: getpid(),
            watchdogInterval: ServiceManager.watchdogInterval,
            now: .now
        )
        self.signals = signals
        // Ignored until now, so that it does no harm at the start; what is ignored is not reported.
        signal(SIGHUP, SIG_DFL)
        try Directory.enter(first.settings.directories[0])
        add(first)
    }

    /// Runs until it is told to end; gives the exit code.
    func run() -> CInt {
        while true {
            if let exitCode { return exitCode }
            do throws(SystemError) {
                try step()
            } catch {
                // Memory is short, or a limit was reached: logins go on meanwhile.
                logger.error("the master cannot wait for events: \(error)")
                _ = try? waitForInput(on: [], milliseconds: Self.waitPause)
            }
        }
    }

    /// Waits for the next events and deals with them.
    private func step() throws(SystemError) {
        let start = Instant.now
        var sources: [(number: CInt, event: () -> Void)] = []
        for (id, generation) in generations {
            for mechanism in supervision.acceptingMechanisms(of: id, now: start) {
                sources.append((generation.workers[mechanism].number, { [self] in startWorker(id, mechanism) }))
            }
            if let link = generation.frontend?.linkNumber { sources.append((link, { [self] in hear(id) })) }
        }
        let ready = try waitForInput(
            on: [signals.descriptor.rawValue] + sources.map(\.number),
            orRoomOn: generations.values.compactMap(\.fullDescriptor),
            milliseconds: supervision.deadline(now: start).map { CInt(clamping: start.milliseconds(until: $0)) }
        )
        for generation in generations.values { generation.frontend?.flush() }
        for place in ready where place > 0 { sources[place - 1].event() }
        if ready.contains(0) { try takeSignals() }
        decide { supervision, actions in supervision.clockHasMoved(.now, into: &actions) }
        keepMemory()
    }

    private func takeSignals() throws(SystemError) {
        while let signal = try signals.next() {
            switch signal {
            case SIGCHLD:
                while let (pid, end) = ProcessEnd.reap() {
                    decide { supervision, actions in
                        supervision.childEnded(pid, end, now: .now, into: &actions)
                    }
                }
            case SIGHUP: supervision.reloadAsked()
            default: decide { supervision, actions in supervision.terminate(now: .now, into: &actions) }
            }
        }
    }

    private func hear(_ id: GenerationID) {
        guard let frontend = generations[id]?.frontend else { return }
        do throws(FrontendProcess.LinkEnd) {
            for message in try frontend.messages() {
                decide { supervision, actions in
                    supervision.heard(message, from: id, now: .now, into: &actions)
                }
            }
        } catch {
            let fault: String? =
                switch error {
                case .closed: nil
                case .lineTooLong: "sent a line of more than \(LineReader.longestLine) bytes"
                }
            decide { supervision, actions in supervision.linkEnded(id, fault: fault, into: &actions) }
        }
    }

    // MARK: What was decided

    /// Has the supervision decide, and carries out what comes of it, and of that.
    private func decide(_ event: (inout Supervision, inout [SupervisionAction]) -> Void) {
        var actions: [SupervisionAction] = []
        event(&supervision, &actions)
        for action in actions { carryOut(action) }
    }

    private func carryOut(_ action: SupervisionAction) {
        switch action {
        case .startFrontend(let id): startFrontend(id)
        case .refuseWorker(let id, let mechanism, let reason, let mayPass):
            generations[id]?.workers[mechanism].refuse(reason, mayPass: mayPass)
        case .tell(let id, let message):
            guard generations[id]?.frontend?.tell(message) == false else { break }
            let fault = "does not read what the master tells it"
            decide { supervision, actions in supervision.linkEnded(id, fault: fault, into: &actions) }
        case .closeLink(let id): generations[id]?.closeLink()
        case .kill(let pid): Glibc.kill(pid, SIGKILL)
        case .inheritMemory(let id, let hasSpoken): generations[id]?.inheritMemory(hasSpoken: hasSpoken)
        case .sealMemory(let id): generations[id]?.sealMemory()
        case .takeOver(let id, let old): takeOver(id, from: old)
        case .readSettings: readSettings()
        case .removeFiles(let id, let kept): removeFiles(id, keepingThoseOf: kept)
        case .forget(let id): generations[id] = nil
        case .log(let notice, let id): log(notice, (id.flatMap { generations[$0] })?.logger ?? logger)
        case .notify(let notice): notify(notice)
        case .exit(let code): exitCode = code
        }
    }

    private func add(_ generation: Generation) {
        var actions: [SupervisionAction] = []
        let id = supervision.add(generation.plan, now: .now, into: &actions)
        generations[id] = generation
        for action in actions { carryOut(action) }
    }

    private func startFrontend(_ id: GenerationID) {
        guard let generation = generations[id] else { return }
        do throws(SystemError) {
            let pid = try generation.startFrontend()
            decide { supervision, actions in supervision.frontendStarted(id, pid, now: .now, into: &actions) }
        } catch {
            let isForbidden = error.call == "start" && error.number == EACCES
            let advice = isForbidden ? "; the account of --user must be able to reach and to run it" : ""
            decide { supervision, actions in
                supervision.frontendStartFailed(
                    id,
                    "\(error)\(advice)",
                    mayPass: error.mayPass,
                    now: .now,
                    into: &actions
                )
            }
        }
    }

    private func startWorker(_ id: GenerationID, _ mechanism: Int) {
        guard let generation = generations[id] else { return }
        let attempt = generation.workers[mechanism].acceptConnection(
            from: generation.frontend?.pid,
            isOnTrial: supervision.isOnTrial(id)
        )
        attempted(attempt, id, mechanism)
    }

    private func attempted(_ attempt: WorkerStarter.Attempt, _ id: GenerationID, _ mechanism: Int) {
        switch attempt {
        case .none: break
        case .started(let pid): supervision.workerStarted(id, mechanism: mechanism, pid)
        case .notAccepted(let error):
            logger.error("no worker: \(error)")
            supervision.workerNotAccepted(id, mechanism: mechanism, now: .now)
        case .failed(let error):
            decide { supervision, actions in
                supervision.workerStartFailed(
                    id,
                    mechanism: mechanism,
                    "\(error)",
                    mayPass: error.mayPass,
                    now: .now,
                    into: &actions
                )
            }
        }
    }

    // MARK: One generation after the other

    /// A generation is ready: it serves from now on, in the place of the one before.
    private func takeOver(_ id: GenerationID, from oldID: GenerationID?) {
        guard let generation = generations[id] else { return }
        let old = oldID.flatMap { generations[$0] }
        serving = generation
        logger = generation.logger
        if let old {
            replace(old, by: generation)
        } else {
            onReady()
            logger.info("master pid is: \(getpid())", metadata: [SystemLog.functionKey: "detach_tty"])
        }
        for socket in generation.sockets where old?.sockets.contains(where: { $0 === socket }) != true {
            logger.info("listening on socket: \(socket.path)", metadata: [SystemLog.functionKey: "ipc_init"])
        }
        for directory in generation.directories { directory.letGoOfStartLock() }
        if old?.settings.directories != generation.settings.directories {
            for line in SetupAdvice.lines(for: generation.settings.directories) { logger.notice("\(line)") }
        }
        ServiceManager.notify("READY=1", "STATUS=\(generation.status)")
        keepMemory()
    }

    private func replace(_ old: Generation, by generation: Generation) {
        old.removeFiles(keepingThoseOf: generation)
        for socket in old.sockets where !generation.sockets.contains(where: { $0.path == socket.path }) {
            logger.info("no longer listening on socket: \(socket.path)")
        }
        do throws(SystemError) {
            for directory in generation.directories { try directory.socket.give(generation.socketAccess) }
        } catch {
            logger.error("\(error)")
        }
        logger.info("reloaded: settings and files were read again, and the cache is empty")
    }

    /// Has the service manager keep what the frontend that serves remembers, for when the daemon is restarted.
    private func keepMemory() {
        guard let memory = serving?.memory, memory !== keptMemory else { return }
        keptMemory = memory
        memory.keep()
    }

    /// Reads the settings and files again, and starts a generation with them.
    private func readSettings() {
        guard let serving else { return }
        do throws(StartFailure) {
            let generation = try reread(serving)
            do throws(SystemError) {
                try Directory.enter(generation.settings.directories[0])
                add(generation)
            } catch {
                generation.removeFiles(keepingThoseOf: serving)
                throw .reason(["\(error)"])
            }
        } catch {
            let reason = error.lines.joined(separator: "; ")
            decide { supervision, actions in supervision.reloadFailed(reason, into: &actions) }
        }
    }

    private func removeFiles(_ id: GenerationID, keepingThoseOf keptID: GenerationID?) {
        let kept = keptID.flatMap { generations[$0] }
        // It may have gone; the next reload comes here again.
        if let kept { try? Directory.enter(kept.settings.directories[0]) }
        generations[id]?.removeFiles(keepingThoseOf: kept)
    }

    // MARK: For people and the service manager

    private func log(_ notice: SupervisionNotice, _ logger: Logger) {
        let metadata: Logger.Metadata? = notice.function.map { [SystemLog.functionKey: "\($0)"] }
        logger.log(level: notice.level, "\(notice.text)", metadata: metadata)
    }

    private func notify(_ notice: ServiceNotice) {
        let status = serving.map { "; \($0.status)" } ?? ""
        switch notice {
        case .reloading:
            ServiceManager.notify(
                "RELOADING=1",
                "MONOTONIC_USEC=\(Instant.now.nanoseconds / 1000)",
                "STATUS=settings and files are read again\(status)"
            )
        case .reloadFailed(let reason): ServiceManager.notify("READY=1", "STATUS=reload refused: \(reason)\(status)")
        case .stopping: ServiceManager.notify("STOPPING=1", "STATUS=what is in hand is answered")
        case .alive: ServiceManager.notify("WATCHDOG=1")
        }
    }
}
