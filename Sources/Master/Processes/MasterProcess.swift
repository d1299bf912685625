internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// The process that holds the sockets and keeps frontend and workers running.
///
/// It waits for events, and carries out the decisions of `Supervision`.
final class MasterProcess {
    /// The pause if waiting for events fails, in milliseconds.
    private static let waitPause: CInt = 250

    private let reread: (Generation) throws(StartFailure) -> Generation
    private let signals: SignalDescriptor
    private let onReady: () -> Void
    private var supervision: Supervision
    private var generations: [GenerationID: Generation] = [:]
    /// The generation that serves; `nil` before the first one is ready.
    private var serving: Generation?
    private var logger: Logger
    private var exitCode: CInt?
    /// The memory that the service manager stores for the next start.
    private var keptMemory: FrontendMemory?

    /// Blocks the signals that the master handles, until it reads them.
    static func signals() throws(SystemError) -> SignalDescriptor {
        try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGCHLD])
    }

    /// `signals` comes from `signals()`; `reread` creates a generation from the current settings, to follow another;
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
        // SIGHUP was ignored during the start; an ignored signal is not reported.
        signal(SIGHUP, SIG_DFL)
        try Directory.enter(first.settings.directories[0])
        add(first)
    }

    /// Runs until it is stopped; returns the exit code.
    func run() -> CInt {
        while true {
            if let exitCode { return exitCode }
            do throws(SystemError) {
                try step()
            } catch {
                // Memory or another resource is short; logins continue meanwhile.
                logger.error("the master cannot wait for events: \(error)")
                _ = try? waitForInput(on: [], milliseconds: Self.waitPause)
            }
        }
    }

    /// Waits for events and handles them.
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

    // MARK: Actions

    /// Reports an event to the supervision, and carries out its decisions.
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
            let fault = "does not read the master's messages"
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
            logger.error("cannot accept a connection for a worker: \(error)")
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

    // MARK: Replacing generations

    /// Makes a ready generation the serving one, in place of the previous one.
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
        for own in generation.dovecot where old?.dovecot.contains(where: { $0.socket === own.socket }) != true {
            logger.info("listening on socket for Dovecot's protocol: \(own.path)")
            if let warning = own.warning { logger.warning("\(warning)") }
        }
        for directory in generation.directories { directory.letGoOfStartLock() }
        if old?.settings.directories != generation.settings.directories {
            let settings = generation.settings
            let lines = SetupAdvice.lines(for: settings.directories, dovecot: settings.dovecot)
            for line in lines { logger.notice("\(line)") }
        }
        ServiceManager.notify("READY=1", "STATUS=\(generation.status)")
        keepMemory()
    }

    private func replace(_ old: Generation, by generation: Generation) {
        old.removeFiles(keepingThoseOf: generation)
        for socket in old.sockets where !generation.sockets.contains(where: { $0.path == socket.path }) {
            logger.info("no longer listening on socket: \(socket.path)")
        }
        for own in old.dovecot where !generation.dovecot.contains(where: { $0.path == own.path }) {
            logger.info("no longer listening on socket for Dovecot's protocol: \(own.path)")
        }
        for own in generation.dovecot {
            do throws(StartFailure) { try own.give() } catch { logger.error("\(error.lines.joined(separator: "; "))") }
        }
        do throws(SystemError) {
            for directory in generation.directories { try directory.socket.give(generation.socketAccess) }
        } catch {
            logger.error("\(error)")
        }
        logger.info("reloaded settings and files; the cache is empty")
    }

    /// Stores the memory of the serving frontend in the service manager, for a restart of the daemon.
    private func keepMemory() {
        guard let memory = serving?.memory, memory !== keptMemory else { return }
        keptMemory = memory
        memory.keep()
    }

    /// Reads settings and files again, and starts a generation with them.
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
        // It may be gone; the next reload changes the directory again.
        if let kept { try? Directory.enter(kept.settings.directories[0]) }
        generations[id]?.removeFiles(keepingThoseOf: kept)
    }

    // MARK: Log and service manager

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
                "STATUS=reloading settings and files\(status)"
            )
        case .reloadFailed(let reason):
            ServiceManager.notify("READY=1", "STATUS=reload failed, keeping the current settings: \(reason)\(status)")
        case .stopping: ServiceManager.notify("STOPPING=1", "STATUS=finishing requests in flight")
        case .alive: ServiceManager.notify("WATCHDOG=1")
        }
    }
}
