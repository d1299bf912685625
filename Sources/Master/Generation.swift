internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// One reading of the settings at work: a frontend, the workers that it asks for, and the sockets that it serves.
final class Generation {
    /// What the master has to deal with.
    enum Event: Equatable {
        case ready
        /// It cannot serve, before it has ever been ready.
        case failed(reason: String)
        /// Its frontend was asked to have the settings read again.
        case reload
    }

    private enum State {
        /// Its frontend has not been ready.
        case starting
        /// It serves; a frontend that ends is started again.
        case serving
        /// It finishes what it has in hand.
        case leaving
    }

    let settings: Settings
    let directories: [RunDirectory]
    /// The sockets of the directories, and those that were handed over besides.
    let sockets: [ListeningSocket]
    let socketAccess: SocketAccess
    /// Where questions about its state are answered.
    let questions: [QuestionSocket]
    let logger: Logger
    private let program: Program
    private let workers: [WorkerStarter]
    private let childError: OwnedDescriptor
    private var state = State.starting
    private var frontend: FrontendProcess?
    /// The memory of the frontend, and that of the one before: of the same generation or of the one that this one replaces.
    private(set) var memory: FrontendMemory?
    private var previousMemory: FrontendMemory?
    /// Whether the frontend has said anything yet.
    private var hasSpoken = false
    private var heartbeat = Heartbeat(now: .now)
    private var restarts = RestartPolicy()
    private var nextStart: Instant?
    /// How many frontends have ended unexpectedly.
    private var restartCount = 0
    /// When what is left of one that leaves is killed.
    private var leavingEnd: Instant?

    /// Puts the parts together; nothing is started yet.
    ///
    /// `program` is the frontend; `previousMemory` is that of the frontend which it replaces, if any; `childError` is what it has for
    /// standard error.
    init(
        _ settings: Settings,
        directories: [RunDirectory],
        sockets: [ListeningSocket],
        questions: [QuestionSocket],
        socketAccess: SocketAccess,
        program: Program,
        previousMemory: FrontendMemory?,
        workers: [WorkerStarter],
        childError: consuming OwnedDescriptor,
        logger: Logger
    ) {
        self.settings = settings
        self.directories = directories
        self.sockets = sockets
        self.questions = questions
        self.socketAccess = socketAccess
        self.program = program
        self.previousMemory = previousMemory
        self.workers = workers
        self.childError = childError
        self.logger = logger
    }

    /// Whether no process of it is left.
    var isGone: Bool { frontend == nil && nextStart == nil && !workers.contains { $0.hasWorkers } }

    /// The descriptors to wait for, each of which `hear` then takes.
    func descriptors(now: Instant) -> [CInt] {
        workers.filter { $0.isAccepting(now: now) }.map { $0.number }
            + (frontend?.linkNumber.map { [$0] } ?? [])
    }

    /// The descriptor to wait for until there is room for what `flush` writes.
    var fullDescriptor: CInt? { frontend?.hasOutput == true ? frontend?.linkNumber : nil }

    /// What it does, for people.
    var status: String {
        "\(settings.mechanismNames) answers at \(sockets.map(\.path).joined(separator: ", "))"
    }

    /// When `clockHasMoved` has something to do, or `descriptors` changes.
    func deadline(now: Instant) -> Instant? {
        let own = [nextStart, leavingEnd, frontend == nil ? nil : heartbeat.deadline].compactMap { $0 }
        return (own + workers.compactMap { $0.deadline(now: now) }).min()
    }

    /// Starts the frontend, which says `ready` or `failed` later.
    func start() throws(SystemError) {
        nextStart = nil
        let previous = if let previousMemory { previousMemory } else { try FrontendMemory() }
        let own = try FrontendMemory()
        var program = program
        program.arguments += FrontendWords.words(restarts: restartCount)
        frontend = try FrontendProcess(
            program,
            descriptors: { master in
                FrontendDescriptors(
                    master: master,
                    previousMemory: previous.descriptor.rawValue,
                    ownMemory: own.descriptor.rawValue,
                    workers: workers.map { $0.way },
                    listeners: sockets.map(\.number),
                    control: questions.first { $0.purpose.isControl }?.number,
                    metrics: questions.first { !$0.purpose.isControl }?.number
                )
            },
            standardError: childError
        )
        (previousMemory, memory, hasSpoken) = (previous, own, false)
        heartbeat = Heartbeat(now: .now)
        // One that follows another does not let clients wait until a mechanism is well again.
        if case .serving = state { tell(.serve) }
    }

    /// Takes what has come on one of `descriptors`.
    func hear(_ descriptor: CInt, now: Instant) -> [Event] {
        workers.first { $0.number == descriptor }?.acceptConnection(from: frontend?.pid, now: now)
        guard let frontend, descriptor == frontend.linkNumber else { return [] }
        do throws(FrontendProcess.LinkEnd) {
            let messages = try frontend.messages()
            hasSpoken = hasSpoken || !messages.isEmpty
            return messages.compactMap { take($0, now: now) }
        } catch {
            switch error {
            // It ends, or has lost its mind: what follows it is started when it is gone.
            case .closed: killFrontend()
            case .lineTooLong: killFrontend("sent a line of more than \(LineReader.longestLine) bytes")
            }
            return []
        }
    }

    /// Writes what waits for room on `fullDescriptor`.
    func flush() {
        frontend?.flush()
    }

    private func take(_ message: FrontendMessage, now: Instant) -> Event? {
        switch (message, state) {
        case (.ready, .starting): return .ready
        case (.failed(let mechanism, let reason), .starting):
            return .failed(reason: "failed to initialize mechanism \(mechanism): \(reason)")
        case (.reload, .starting), (.reload, .serving): return .reload
        case (.kill(let pid), _): workers.forEach { $0.kill(pid) }
        case (.closed(let pid), _): workers.forEach { $0.closed(pid, now: now) }
        case (.alive, _): heartbeat.answered()
        // Another has taken its place.
        case (.reload, .leaving): break
        case (.ready, _), (.failed, _): break
        }
        return nil
    }

    /// Takes note of a child's end; `nil` when it is no child of this generation.
    func childEnded(_ pid: pid_t, _ end: ProcessEnd, now: Instant) -> [Event]? {
        if workers.contains(where: { $0.ended(pid, end) }) { return [] }
        guard pid == frontend?.pid, let gone = frontend.take() else { return nil }
        workers.forEach { $0.closedAll(now: now) }
        switch state {
        case .starting:
            return [
                .failed(reason: end.isOfOtherVersion ? Self.otherVersion : "the frontend \(end) before it was ready")
            ]
        case .serving:
            // What one has left that ended at its very start is less than what it was handed.
            if hasSpoken { previousMemory = memory }
            sealMemory(previousMemory)
            restartCount += 1
            nextStart = restarts.restart(after: gone.startedAt, endedAt: now)
            if end.isOfOtherVersion { logger.error("\(Self.otherVersion)") }
            logger.error("the frontend (\(gone.pid)) \(end) and is started again")
        case .leaving: break
        }
        return []
    }

    private static let otherVersion = VersionMismatch(ProgramDirectory.frontend).description

    /// Starts a frontend whose time has come, asks the one that there is whether it still answers, and kills who had to be gone.
    func clockHasMoved(_ now: Instant) {
        if let nextStart, now >= nextStart { startAgain(now) }
        workers.forEach { $0.clockHasMoved(now) }
        if let leavingEnd, now >= leavingEnd {
            self.leavingEnd = nil
            logger.error("what was to finish after a reload has not, and is killed")
            kill()
        }
        guard frontend != nil else { return }
        switch heartbeat.action(now: now) {
        case .ask: tell(.ping)
        case .giveUp: killFrontend("does not answer the master")
        case nil: break
        }
    }

    /// Starts a frontend in the place of one that ended, now or, where that cannot be, later.
    private func startAgain(_ now: Instant) {
        do throws(SystemError) {
            try start()
        } catch {
            let next = restarts.retry(failedAt: now)
            nextStart = next
            logger.error("the frontend cannot be started: \(error); next try in \(now.milliseconds(until: next)) ms")
        }
    }

    /// Whether the frontend is there and has answered lately.
    var isHealthy: Bool { frontend != nil && heartbeat.isGood }

    /// The frontend was ready, and is kept running from now on.
    func serves() {
        state = .serving
        workers.forEach { $0.isOnTrial = false }
    }

    /// How long one that leaves has, in milliseconds: a client to ask, a mechanism to answer, and half a minute besides.
    static func leavingTime(_ options: ServiceOptions) -> Int {
        (options.timeout + options.requestTimeout + 30) * 1_000
    }

    /// Has the frontend accept no more clients, answer those that are there, and exit.
    ///
    /// Another has taken its place, and nothing is added to what its frontend leaves to that.
    func leave(now: Instant) {
        becomeLeaving()
        sealMemory(memory)
        leavingEnd = now.advanced(milliseconds: Self.leavingTime(settings.service))
        tell(.retire)
    }

    /// Has the frontend answer what it has in hand, in seconds, and exit.
    func end() {
        becomeLeaving()
        frontend?.closeLink()
    }

    /// Ends all its processes at once.
    func kill() {
        becomeLeaving()
        if let pid = frontend?.pid { Glibc.kill(pid, SIGKILL) }
        workers.forEach { $0.killAll() }
    }

    /// Takes away what it has made in run directories and for questions; what has the same names by now stays.
    func removeFiles() {
        directories.forEach { $0.removeFiles() }
        questions.forEach { $0.removeFile() }
    }

    /// Tells the frontend why a reload did not come about.
    func tellKept(_ reason: String) {
        tell(.kept(reason: reason))
    }

    private func tell(_ message: MasterMessage) {
        if frontend?.tell(message) == false { killFrontend("does not read what the master tells it") }
    }

    /// Its end is dealt with when it is reaped.
    private func killFrontend(_ fault: String? = nil) {
        guard let frontend else { return }
        if let fault { logger.error("the frontend (\(frontend.pid)) \(fault) and is killed") }
        frontend.closeLink()
        Glibc.kill(frontend.pid, SIGKILL)
    }

    private func sealMemory(_ memory: FrontendMemory?) {
        do throws(SystemError) { try memory?.seal() } catch { logger.error("the frontend's memory: \(error)") }
    }

    private func becomeLeaving() {
        state = .leaving
        nextStart = nil
    }
}

extension ProcessEnd {
    /// Whether a frontend has ended so because it does not understand this master.
    fileprivate var isOfOtherVersion: Bool { self == .exited(VersionMismatch.exitCode) }
}
