internal import Glibc
internal import Platform
internal import ProcessProtocol

/// Decides what the master does: which generation serves or takes over, and what is started, killed and removed.
///
/// The first generation serves when its frontend is ready. A reload adds another one, which takes over when it is
/// ready, or is given up while the first one continues to serve. Once a generation has served, only `terminate` ends
/// the daemon: a frontend or worker that exits, or fails to start, is started again after a pause.
///
/// Methods append their decisions to `actions`.
struct Supervision {
    /// How long frontends may take to finish their requests in flight at the end, in milliseconds; then they are
    /// killed.
    static let endTime = 7_000

    enum State: Equatable {
        case running
        /// At this time the remaining processes are killed.
        case ending(Instant)
        case over
    }

    /// From the oldest to the newest: those that leave, the one that serves, the one that starts.
    private(set) var generations: [GenerationState] = []
    private(set) var state = State.running
    private var reloads = ReloadPace()
    private var nextID: GenerationID = 1
    private let ownProcess: pid_t
    /// How often to notify the service manager's watchdog, in milliseconds.
    private let watchdogInterval: Int?
    private var nextSign: Instant?

    init(ownProcess: pid_t, watchdogInterval: Int? = nil, now: Instant) {
        self.ownProcess = ownProcess
        self.watchdogInterval = watchdogInterval
        nextSign = watchdogInterval.map { now.advanced(milliseconds: $0) }
    }

    /// The generation that serves; at most one.
    var serving: GenerationState? { generations.first { $0.phase == .serving } }
    /// The generation that will serve when it is ready; at most one.
    var next: GenerationState? { generations.first(where: \.isStarting) }

    /// Whether a reload may begin: not during the start, another reload or the end.
    private var mayReload: Bool { serving != nil && next == nil && state == .running }

    /// Whether a worker started now belongs to a reload: an unreachable back end then counts as a failed start.
    func isOnTrial(_ id: GenerationID) -> Bool { serving != nil && next?.id == id }

    /// The mechanisms of a generation, by index, for which connections are accepted now.
    func acceptingMechanisms(of id: GenerationID, now: Instant) -> [Int] {
        guard let generation = generations.first(where: { $0.id == id }) else { return [] }
        return generation.mechanisms.indices.filter { generation.mechanisms[$0].census.mayStart(now: now) }
    }

    /// When `clockHasMoved` is due, or `acceptingMechanisms` changes.
    func deadline(now: Instant) -> Instant? {
        guard state != .over else { return nil }
        var times = generations.compactMap { $0.deadline(now: now) } + [nextSign].compactMap { $0 }
        if case .ending(let end) = state { times.append(end) }
        if mayReload { times += [reloads.deadline(now: now)].compactMap { $0 } }
        return times.min()
    }

    // MARK: Commands

    /// Adds a generation that will serve when it is ready, and starts it; returns its number.
    mutating func add(
        _ plan: GenerationState.Plan,
        now: Instant,
        into actions: inout [SupervisionAction]
    ) -> GenerationID {
        let id = nextID
        nextID += 1
        let end = now.advanced(milliseconds: Patience.start)
        generations.append(GenerationState(id, plan, until: end, now: now))
        clockHasMoved(now, into: &actions)
        return id
    }

    mutating func reloadAsked() {
        reloads.ask()
    }

    /// The new settings could not be used.
    mutating func reloadFailed(_ reason: String, into actions: inout [SupervisionAction]) {
        let reason = reason.split(separator: "\n").joined(separator: " ")
        actions.append(.log(.reloadFailed(reason: reason), nil))
        guard let serving else { return }
        actions.append(.tell(serving.id, .kept(reason: reason)))
        actions.append(.notify(.reloadFailed(reason: reason)))
    }

    /// Has all processes finish their requests in flight and exit; a second call kills them.
    mutating func terminate(now: Instant, into actions: inout [SupervisionAction]) {
        switch state {
        case .running: state = .ending(now.advanced(milliseconds: Self.endTime))
        case .ending: state = .ending(now)
        case .over: return
        }
        actions.append(.notify(.stopping))
        for index in generations.indices {
            if !generations[index].isLeaving {
                actions.append(.removeFiles(generations[index].id, keepingThoseOf: nil))
                generations[index].leave(until: nil)
            }
            actions.append(.closeLink(generations[index].id))
        }
        clockHasMoved(now, into: &actions)
    }

    // MARK: Time

    mutating func clockHasMoved(_ now: Instant, into actions: inout [SupervisionAction]) {
        guard state != .over else { return }
        for index in generations.indices { generationClock(index, now, into: &actions) }
        if let late = next, case .starting(let end) = late.phase, now >= end {
            giveUp(late.id, "no worker of \(late.names) was ready in time", into: &actions)
        }
        forgetGone(into: &actions)
        if mayReload, reloads.begins(now: now) {
            actions.append(.notify(.reloading))
            actions.append(.readSettings)
        }
        if let watchdogInterval, let sign = nextSign, now >= sign {
            nextSign = now.advanced(milliseconds: watchdogInterval)
            if serving?.isHealthy == true { actions.append(.notify(.alive)) }
        }
        if case .ending(let end) = state, now >= end || generations.isEmpty { finish(EXIT_SUCCESS, into: &actions) }
    }

    private mutating func generationClock(_ index: Int, _ now: Instant, into actions: inout [SupervisionAction]) {
        let id = generations[index].id
        if case .due(let time) = generations[index].frontend, now >= time {
            generations[index].frontend = .asked
            actions.append(.startFrontend(id))
        }
        for place in generations[index].mechanisms.indices {
            for pid in generations[index].mechanisms[place].census.due(now: now) {
                let program = generations[index].mechanisms[place].program
                actions += [.log(.workerStayed(pid, program: program), id), .kill(pid)]
            }
        }
        if case .leaving(let end?) = generations[index].phase, now >= end {
            generations[index].phase = .leaving(until: nil)
            actions.append(.log(.leftoverKilled, id))
            actions += generations[index].killsAll().map { .kill($0) }
        }
        guard generations[index].process != nil else { return }
        switch generations[index].heartbeat.action(now: now) {
        case .ask: actions.append(.tell(id, .ping))
        case .giveUp: killFrontend(index, fault: "does not respond to the master", into: &actions)
        case nil: break
        }
    }

    private mutating func forgetGone(into actions: inout [SupervisionAction]) {
        let gone = generations.filter { $0.isLeaving && $0.isGone }.map(\.id)
        generations.removeAll { gone.contains($0.id) }
        actions += gone.map { .forget($0) }
    }

    // MARK: Used by the extension

    func index(of id: GenerationID) -> Int? { generations.firstIndex { $0.id == id } }

    mutating func change(_ index: Int, _ body: (inout GenerationState) -> Void) {
        body(&generations[index])
    }

    /// Kills the frontend; its exit is handled when it is reaped.
    func killFrontend(_ index: Int, fault: String?, into actions: inout [SupervisionAction]) {
        guard let process = generations[index].process else { return }
        let id = generations[index].id
        if let fault { actions.append(.log(.frontendKilled(process.pid, fault: fault), id)) }
        actions += [.closeLink(id), .kill(process.pid)]
    }

    /// Makes a generation take over from the serving one, if any.
    mutating func takeOver(_ id: GenerationID, now: Instant, into actions: inout [SupervisionAction]) {
        let old = generations.firstIndex { $0.phase == .serving }
        let oldID = old.map { generations[$0].id }
        if let old { generations[old].leave(until: now.advanced(milliseconds: generations[old].leavingTime)) }
        guard let index = index(of: id) else { return }
        generations[index].phase = .serving
        // First, so that clients that learn of the end of the reload are not answered with the old settings.
        if let oldID { actions += [.sealMemory(oldID), .tell(oldID, .retire)] }
        actions.append(.takeOver(id, from: oldID))
    }

    /// Gives up a generation that cannot serve.
    mutating func giveUp(_ id: GenerationID, _ reason: String, into actions: inout [SupervisionAction]) {
        guard let index = index(of: id) else { return }
        generations[index].leave(until: nil)
        actions.append(.closeLink(id))
        actions += generations[index].killsAll().map { .kill($0) }
        actions.append(.removeFiles(id, keepingThoseOf: serving?.id))
        if serving != nil {
            reloadFailed(reason, into: &actions)
        } else if state == .running {
            actions.append(.log(.startFailed(reason: reason), id))
            finish(EXIT_FAILURE, into: &actions)
        }
    }

    private mutating func finish(_ code: CInt, into actions: inout [SupervisionAction]) {
        for index in generations.indices { actions += generations[index].killsAll().map { .kill($0) } }
        if code == EXIT_SUCCESS { actions.append(.log(.exited(ownProcess), nil)) }
        actions.append(.exit(code))
        state = .over
    }
}
