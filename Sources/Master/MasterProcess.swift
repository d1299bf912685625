internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// The process that holds the sockets and keeps the frontend and the workers running.
final class MasterProcess {
    /// How long the frontend may take to answer what it has in hand at the end, in milliseconds; then it is killed.
    private static let endTime = 7_000

    private let line: Invocation
    private var logger: Logger
    private let signals: SignalDescriptor
    private let onReady: () -> Void
    /// Serves; `nil` until requests are answered for the first time.
    private var current: Generation?
    /// Takes the place of `current` when it is ready, until then.
    private var next: Generation?
    private var nextIsLate: Instant?
    /// Those that finish what they have in hand.
    private var leaving: [Generation] = []
    private var reloads = ReloadPace()
    /// When the service manager is told that all is well.
    private var nextSign: Instant?
    private let signInterval = ServiceManager.watchdogInterval
    /// When what is left is killed, once the master was told to end.
    private var endsAt: Instant?
    private var exitCode: CInt?
    /// What the service manager keeps for the next start.
    private var keptMemory: FrontendMemory?

    /// `line` is for a reload to read again; `onReady` is called once, when requests are answered.
    init(_ first: Generation, _ line: Invocation, onReady: @escaping () -> Void) throws(SystemError) {
        self.line = line
        self.onReady = onReady
        logger = first.logger
        next = first
        nextSign = signInterval.map { Instant.now.advanced(milliseconds: $0) }
        signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGCHLD])
        // Ignored until now, so that it does no harm at the start; what is ignored is not reported.
        signal(SIGHUP, SIG_DFL)
    }

    /// Runs until it is told to end; gives the exit code.
    func run() -> CInt {
        do throws(SystemError) {
            if let next { try start(next) }
            while exitCode == nil { try step() }
        } catch {
            fail(Self.reason(error))
        }
        return exitCode ?? EXIT_FAILURE
    }

    private var generations: [Generation] {
        leaving + (current.map { [$0] } ?? []) + (next.map { [$0] } ?? [])
    }

    /// Waits for the next events and deals with them.
    private func step() throws(SystemError) {
        let start = Instant.now
        let sources = generations.flatMap { generation in generation.descriptors(now: start).map { (generation, $0) } }
        let deadlines =
            generations.compactMap { $0.deadline(now: start) } + [nextIsLate, endsAt, nextSign].compactMap { $0 }
        let end = (deadlines + (mayReload ? [reloads.deadline(now: start)].compactMap { $0 } : [])).min()
        let ready = try waitForInput(
            on: [signals.descriptor.rawValue] + sources.map(\.1),
            orRoomOn: generations.compactMap(\.fullDescriptor),
            milliseconds: end.map { CInt(clamping: start.milliseconds(until: $0)) }
        )
        for generation in generations { generation.flush() }
        for place in ready where place > 0 {
            let (generation, descriptor) = sources[place - 1]
            dealWith(generation.hear(descriptor, now: .now), of: generation)
        }
        if ready.contains(0) { try takeSignals() }
        clockHasMoved(.now)
    }

    private func clockHasMoved(_ now: Instant) {
        keepMemory()
        for generation in generations { generation.clockHasMoved(now) }
        leaving.removeAll(where: \.isGone)
        if let next, let nextIsLate, now >= nextIsLate {
            give(up: next, "no worker of \(next.settings.mechanismNames) was ready in time")
        }
        if mayReload, reloads.begins(now: now) { reload() }
        if let signInterval, let sign = nextSign, now >= sign {
            nextSign = now.advanced(milliseconds: signInterval)
            if current?.isHealthy == true { ServiceManager.notify("WATCHDOG=1") }
        }
        if let endsAt, now >= endsAt || generations.allSatisfy(\.isGone) {
            generations.forEach { $0.kill() }
            logger.info("master exited: \(getpid())", metadata: [SystemLog.functionKey: "server_exit"])
            exitCode = EXIT_SUCCESS
        }
    }

    private func takeSignals() throws(SystemError) {
        while let signal = try signals.next() {
            switch signal {
            case SIGCHLD:
                while let (pid, end) = ProcessEnd.reap() {
                    for generation in generations {
                        guard let events = generation.childEnded(pid, end, now: .now) else { continue }
                        dealWith(events, of: generation)
                    }
                }
            case SIGHUP: reloads.ask()
            default: end()
            }
        }
    }

    private func dealWith(_ events: [Generation.Event], of generation: Generation) {
        for event in events {
            switch event {
            case .ready: if generation === next { promote(generation) }
            case .failed(let reason): if generation === next { give(up: generation, reason) }
            case .reload: reloads.ask()
            }
        }
    }

    // MARK: One generation after the other

    private func start(_ generation: Generation) throws(SystemError) {
        next = generation
        try Directory.enter(generation.settings.directories[0])
        try generation.start()
        nextIsLate = Instant.now.advanced(milliseconds: Patience.start)
    }

    /// A generation is ready: it serves from now on, in the place of the one before.
    private func promote(_ generation: Generation) {
        let old = current
        (current, next, nextIsLate) = (generation, nil, nil)
        generation.serves()
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
            for line in StartHints.lines(for: generation.settings.directories) { logger.notice("\(line)") }
        }
        ServiceManager.notify("READY=1", "STATUS=\(generation.status)")
        keepMemory()
    }

    /// Has the service manager keep what the frontend that serves remembers, for when the daemon is restarted.
    private func keepMemory() {
        guard let memory = current?.memory, memory !== keptMemory else { return }
        keptMemory = memory
        memory.keep()
    }

    private func replace(_ old: Generation, by generation: Generation) {
        old.leave(now: .now)
        leaving.append(old)
        removeFiles(of: old, notOf: generation)
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

    /// A generation that was to serve cannot.
    private func give(up generation: Generation, _ reason: String) {
        (next, nextIsLate) = (nil, nil)
        generation.kill()
        leaving.append(generation)
        guard let current else {
            generation.removeFiles()
            return fail(reason)
        }
        // It may have gone; the next reload comes here again.
        try? Directory.enter(current.settings.directories[0])
        removeFiles(of: generation, notOf: current)
        keep(reason)
    }

    /// Whether nothing is in the way of a reload: the start, another reload or the end.
    private var mayReload: Bool { current != nil && next == nil && endsAt == nil && exitCode == nil }

    /// Reads the settings and files again, and starts a generation with them.
    private func reload() {
        guard let current else { return }
        ServiceManager.notify(
            "RELOADING=1",
            "MONOTONIC_USEC=\(Instant.now.nanoseconds / 1000)",
            "STATUS=settings and files are read again; \(current.status)"
        )
        do throws(StartFailure) {
            let generation = try Assembly.generation(after: current, line)
            do throws(SystemError) { try start(generation) } catch { give(up: generation, Self.reason(error)) }
        } catch {
            keep(error.lines.joined(separator: "; "))
        }
    }

    /// There are no new settings to go by.
    private func keep(_ reason: String) {
        let reason = reason.split(separator: "\n").joined(separator: " ")
        logger.error("reload refused, the settings from before stay: \(reason)")
        if let current {
            current.tellKept(reason)
            ServiceManager.notify("READY=1", "STATUS=reload refused: \(reason); \(current.status)")
        }
    }

    // MARK: The end

    private func end() {
        // Asked twice: no more patience.
        endsAt = Instant.now.advanced(milliseconds: endsAt == nil ? Self.endTime : 0)
        ServiceManager.notify("STOPPING=1", "STATUS=what is in hand is answered")
        removeFiles()
        generations.forEach { $0.end() }
    }

    private func fail(_ reason: String) {
        logger.critical("\(reason)")
        removeFiles()
        generations.forEach { $0.kill() }
        exitCode = EXIT_FAILURE
    }

    private func removeFiles() {
        for generation in [current, next] { generation?.removeFiles() }
    }

    /// Takes away what one generation has to itself, when the other stays.
    private func removeFiles(of gone: Generation, notOf kept: Generation) {
        for directory in gone.directories where !kept.directories.contains(where: { $0 === directory }) {
            directory.removeFiles()
        }
        for socket in gone.questions where !kept.questions.contains(where: { $0 === socket }) { socket.removeFile() }
    }

    private static func reason(_ error: SystemError) -> String {
        let isForbidden = error.call == "start" && error.number == EACCES
        return "\(error)" + (isForbidden ? "; the account of --user must be able to reach and to run it" : "")
    }
}
