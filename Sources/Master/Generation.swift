internal import Glibc
internal import Logging
internal import Platform

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
    /// When workers that have outlived the frontend are killed.
    private var workersEnd: Instant?
    /// How long they have, in milliseconds.
    private static let workersTime = 5_000

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
    var descriptors: [CInt] { workers.map { $0.listener.rawValue } + (frontend?.linkNumber.map { [$0] } ?? []) }

    /// What it does, for people.
    var status: String {
        "\(settings.mechanismNames) answers at \(sockets.map(\.path).joined(separator: ", "))"
    }

    /// When `clockHasMoved` has something to do.
    var deadline: Instant? { nextStart ?? (frontend == nil ? workersEnd : heartbeat.deadline) }

    /// Starts the frontend, which says `ready` or `failed` later.
    func start() throws(SystemError) {
        nextStart = nil
        let previous = if let previousMemory { previousMemory } else { try FrontendMemory() }
        let own = try FrontendMemory()
        frontend = try FrontendProcess(
            program,
            previousMemory: previous,
            ownMemory: own,
            workers: workers.map { $0.reference.rawValue },
            listeners: sockets.map { $0.descriptor.rawValue } + questions.map { $0.descriptor.rawValue },
            standardError: childError
        )
        (previousMemory, memory, hasSpoken) = (previous, own, false)
        heartbeat = Heartbeat(now: .now)
        // One that follows another does not let clients wait until a mechanism is well again.
        if case .serving = state { frontend?.tell("serve") }
    }

    /// Takes what has come on one of `descriptors`.
    func hear(_ descriptor: CInt) -> [Event] {
        workers.first { $0.listener.rawValue == descriptor }?.acceptConnection(from: frontend?.pid)
        guard descriptor == frontend?.linkNumber else { return [] }
        guard let messages = try? frontend?.messages() else {
            // It ends, or has lost its mind: what follows it is started when it is gone.
            frontend?.closeLink()
            if let pid = frontend?.pid { Glibc.kill(pid, SIGKILL) }
            return []
        }
        hasSpoken = hasSpoken || !messages.isEmpty
        return messages.compactMap { message in
            switch (message, state) {
            case (.ready, .starting): return .ready
            case (.failed(let reason), .starting):
                return .failed(reason: "failed to initialize mechanism \(reason)")
            case (.reload, _): return .reload
            case (.kill(let pid), _): workers.forEach { $0.kill(pid) }
            case (.alive, _): heartbeat.answered()
            case (.ready, _), (.failed, _): break
            }
            return nil
        }
    }

    /// Takes note of a child's end; `nil` when it is no child of this generation.
    func childEnded(_ pid: pid_t, _ end: ProcessEnd) -> [Event]? {
        if workers.contains(where: { $0.ended(pid, end) }) { return [] }
        guard pid == frontend?.pid, let gone = frontend.take() else { return nil }
        switch state {
        case .starting: return [.failed(reason: "the frontend \(end) before it was ready")]
        case .serving:
            // What one has left that ended at its very start is less than what it was handed.
            if hasSpoken { previousMemory = memory }
            sealMemory(previousMemory)
            nextStart = restarts.restart(after: gone.startedAt, endedAt: .now)
            logger.error("the frontend (\(gone.pid)) \(end) and is started again")
        case .leaving: workersEnd = Instant.now.advanced(milliseconds: Self.workersTime)
        }
        return []
    }

    /// Starts a frontend whose time has come, and asks the one that there is whether it still answers.
    func clockHasMoved(_ now: Instant) throws(SystemError) {
        if let nextStart, now >= nextStart { return try start() }
        if let end = workersEnd, now >= end {
            workersEnd = nil
            workers.forEach { $0.killAll() }
        }
        guard let pid = frontend?.pid else { return }
        switch heartbeat.action(now: now) {
        case .ask: frontend?.tell("ping")
        case .giveUp:
            logger.error("the frontend (\(pid)) does not answer the master and is killed")
            Glibc.kill(pid, SIGKILL)
        case nil: break
        }
    }

    /// Whether the frontend is there and has answered lately.
    var isHealthy: Bool { frontend != nil && heartbeat.isGood }

    /// The frontend was ready, and is kept running from now on.
    func serves() {
        state = .serving
        workers.forEach { $0.isOnTrial = false }
    }

    /// Has the frontend accept no more clients, answer those that are there, however long that takes, and exit.
    ///
    /// Another has taken its place, and nothing is added to what its frontend leaves to that.
    func leave() {
        becomeLeaving()
        sealMemory(memory)
        frontend?.tell("retire")
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

    /// Tells the frontend why a reload did not come about.
    func tellKept(_ reason: String) {
        frontend?.tell("kept \(reason)")
    }

    private func sealMemory(_ memory: FrontendMemory?) {
        do throws(SystemError) { try memory?.seal() } catch { logger.error("the frontend's memory: \(error)") }
    }

    private func becomeLeaving() {
        state = .leaving
        nextStart = nil
    }
}
