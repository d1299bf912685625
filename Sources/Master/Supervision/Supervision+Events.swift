internal import Glibc
internal import Platform
internal import ProcessProtocol

/// Events of processes, and of attempts to start them.
extension Supervision {
    // MARK: The frontend

    mutating func frontendStarted(
        _ id: GenerationID,
        _ pid: pid_t,
        now: Instant,
        into actions: inout [SupervisionAction]
    ) {
        guard let index = index(of: id) else { return actions.append(.kill(pid)) }
        change(index) {
            $0.frontend = .running(GenerationState.Process(pid: pid, startedAt: now))
            $0.heartbeat = Heartbeat(now: now)
        }
        switch generations[index].phase {
        case .starting: break
        // A restarted frontend serves at once, without waiting for a mechanism to be ready.
        case .serving: actions.append(.tell(id, .serve))
        case .leaving: actions.append(.closeLink(id))
        }
    }

    /// The frontend could not be started; `mayPass`: the failure is temporary.
    mutating func frontendStartFailed(
        _ id: GenerationID,
        _ reason: String,
        mayPass: Bool,
        now: Instant,
        into actions: inout [SupervisionAction]
    ) {
        guard let index = index(of: id) else { return }
        change(index) { $0.frontend = .none }
        switch generations[index].phase {
        case .leaving: return clockHasMoved(now, into: &actions)
        case .starting where !mayPass: return giveUp(id, reason, into: &actions)
        case .starting, .serving: break
        }
        var time = now
        change(index) {
            time = $0.restarts.retry(failedAt: now)
            $0.frontend = .due(time)
        }
        actions.append(.log(.frontendNotStarted(reason: reason, pause: now.milliseconds(until: time)), id))
    }

    /// The frontend has sent a message.
    mutating func heard(
        _ message: FrontendMessage,
        from id: GenerationID,
        now: Instant,
        into actions: inout [SupervisionAction]
    ) {
        guard let index = index(of: id), var process = generations[index].process else { return }
        process.hasSpoken = true
        change(index) { $0.frontend = .running(process) }
        switch message {
        case .ready:
            if generations[index].isStarting { takeOver(id, now: now, into: &actions) }
        case .failed(let mechanism, let reason):
            guard generations[index].isStarting else { break }
            giveUp(id, "failed to initialize mechanism \(mechanism): \(reason)", into: &actions)
        // A leaving generation cannot reload.
        case .reload: if !generations[index].isLeaving { reloadAsked() }
        case .kill(let pid): killWorker(pid, index, into: &actions)
        case .closed(let pid): changeMechanisms(index) { $0.closed(pid, now: now) }
        case .alive: change(index) { $0.heartbeat.answered() }
        }
    }

    /// The connection to the frontend is closed, or is unusable because of `fault`.
    func linkEnded(_ id: GenerationID, fault: String? = nil, into actions: inout [SupervisionAction]) {
        guard let index = index(of: id) else { return }
        killFrontend(index, fault: fault, into: &actions)
    }

    /// A child was reaped; children of no generation are ignored.
    mutating func childEnded(
        _ pid: pid_t,
        _ end: ProcessEnd,
        now: Instant,
        into actions: inout [SupervisionAction]
    ) {
        for index in generations.indices {
            if generations[index].process?.pid == pid {
                frontendEnded(index, end, now: now, into: &actions)
                break
            }
            if workerEnded(pid, end, index, into: &actions) { break }
        }
        clockHasMoved(now, into: &actions)
    }

    private mutating func frontendEnded(
        _ index: Int,
        _ end: ProcessEnd,
        now: Instant,
        into actions: inout [SupervisionAction]
    ) {
        guard let process = generations[index].process else { return }
        let id = generations[index].id
        change(index) { $0.frontend = .none }
        changeMechanisms(index) { $0.closedAll(now: now) }
        actions.append(.closeLink(id))
        let isOfOtherVersion = end == .exited(VersionMismatch.exitCode)
        let otherVersion = VersionMismatch(generations[index].program).description
        switch generations[index].phase {
        case .leaving: break
        case .starting:
            let reason = isOfOtherVersion ? otherVersion : "the frontend \(end) before it was ready"
            giveUp(id, reason, into: &actions)
        case .serving:
            actions.append(.inheritMemory(id, hasSpoken: process.hasSpoken))
            change(index) {
                $0.frontend = .due($0.restarts.restart(after: process.startedAt, endedAt: now))
            }
            if isOfOtherVersion { actions.append(.log(.frontendOfOtherVersion(otherVersion), id)) }
            actions.append(.log(.frontendEnded(process.pid, end), id))
        }
    }

    // MARK: Workers

    mutating func workerStarted(_ id: GenerationID, mechanism: Int, _ pid: pid_t) {
        guard let index = index(of: id) else { return }
        change(index) { $0.mechanisms[mechanism].census.started(pid) }
    }

    /// A worker could not be started; the frontend is informed, so that no request waits for it.
    ///
    /// `mayPass`: the failure is temporary.
    mutating func workerStartFailed(
        _ id: GenerationID,
        mechanism: Int,
        _ reason: String,
        mayPass: Bool,
        now: Instant,
        into actions: inout [SupervisionAction]
    ) {
        guard let index = index(of: id) else { return }
        change(index) { $0.mechanisms[mechanism].census.startFailed(now: now) }
        if mayPass {
            let program = generations[index].mechanisms[mechanism].program
            actions.append(.log(.workerNotStarted(program: program, reason: reason), id))
        }
        actions.append(.refuseWorker(id, mechanism: mechanism, reason: reason, mayPass: mayPass))
    }

    /// No connection could be accepted because descriptors or memory are short; pauses accepting.
    mutating func workerNotAccepted(_ id: GenerationID, mechanism: Int, now: Instant) {
        guard let index = index(of: id) else { return }
        change(index) { $0.mechanisms[mechanism].census.startFailed(now: now) }
    }

    private mutating func workerEnded(
        _ pid: pid_t,
        _ end: ProcessEnd,
        _ index: Int,
        into actions: inout [SupervisionAction]
    ) -> Bool {
        for place in generations[index].mechanisms.indices {
            var isWorker = false
            change(index) { isWorker = $0.mechanisms[place].census.ended(pid) }
            guard isWorker else { continue }
            let program = generations[index].mechanisms[place].program
            if end != .exited(EXIT_SUCCESS) {
                actions.append(.log(.workerEnded(pid, program: program, end), generations[index].id))
            }
            return true
        }
        return false
    }

    private mutating func killWorker(_ pid: pid_t, _ index: Int, into actions: inout [SupervisionAction]) {
        var isWorker = false
        changeMechanisms(index) { if $0.kills(pid) { isWorker = true } }
        if isWorker { actions.append(.kill(pid)) }
    }

    private mutating func changeMechanisms(_ index: Int, _ body: (inout WorkerCensus) -> Void) {
        change(index) {
            for place in $0.mechanisms.indices { body(&$0.mechanisms[place].census) }
        }
    }
}
