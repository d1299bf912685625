internal import Glibc
internal import Platform

/// The number of a generation: one reading of the settings, with its frontend and its workers.
typealias GenerationID = Int

/// The state of a generation in the supervision: its phase, its frontend and the processes of its mechanisms.
struct GenerationState {
    enum Phase: Equatable {
        /// The frontend is not ready yet; at the deadline the generation is given up.
        case starting(until: Instant)
        /// It serves; its frontend is restarted if it exits.
        case serving
        /// It finishes its requests in flight; at the deadline, if any, the remaining processes are killed.
        case leaving(until: Instant?)
    }

    enum Frontend: Equatable {
        /// There is none, and none will be started.
        case none
        /// It will be started at this time.
        case due(Instant)
        /// The master was asked to start it.
        case asked
        case running(Process)
    }

    struct Process: Equatable {
        let pid: pid_t
        let startedAt: Instant
        /// Whether it has sent a message.
        var hasSpoken = false
    }

    /// The parts of a generation.
    struct Plan {
        /// The mechanisms as text.
        let names: String
        /// The name of the frontend's program.
        let frontend: String
        /// The program of each mechanism, and its value of `-n`.
        let mechanisms: [(program: String, workers: Int)]
        /// How long it may take to finish its requests in flight after another has taken over, in milliseconds.
        let leavingTime: Int
    }

    struct Mechanism {
        let program: String
        var census: WorkerCensus
    }

    let id: GenerationID
    let names: String
    let program: String
    let leavingTime: Int
    var phase: Phase
    var frontend: Frontend
    var mechanisms: [Mechanism]
    var heartbeat: Heartbeat
    var restarts = RestartPolicy()

    init(_ id: GenerationID, _ plan: Plan, until: Instant, now: Instant) {
        self.id = id
        names = plan.names
        program = plan.frontend
        leavingTime = plan.leavingTime
        phase = .starting(until: until)
        frontend = .due(now)
        mechanisms = plan.mechanisms.map { Mechanism(program: $0.program, census: WorkerCensus(workers: $0.workers)) }
        heartbeat = Heartbeat(now: now)
    }

    /// The frontend's process, if it is running.
    var process: Process? { if case .running(let process) = frontend { process } else { nil } }
    var isStarting: Bool { if case .starting = phase { true } else { false } }
    var isLeaving: Bool { if case .leaving = phase { true } else { false } }

    /// Whether all its processes are gone, and none will be started.
    var isGone: Bool { frontend == .none && mechanisms.allSatisfy(\.census.isEmpty) }

    /// Whether the frontend is running and has answered recently.
    var isHealthy: Bool { process != nil && heartbeat.isGood }

    /// The next time at which something is due.
    func deadline(now: Instant) -> Instant? {
        var times = mechanisms.compactMap { $0.census.deadline(now: now) }
        switch phase {
        case .starting(let end): times.append(end)
        case .leaving(let end): times += end.map { [$0] } ?? []
        case .serving: break
        }
        switch frontend {
        case .due(let time): times.append(time)
        case .running: times.append(heartbeat.deadline)
        case .none, .asked: break
        }
        return times.min()
    }

    /// Stops serving; remaining processes are killed at `until`, and a frontend that is due is not started.
    mutating func leave(until: Instant?) {
        phase = .leaving(until: until)
        switch frontend {
        case .due: frontend = .none
        case .none, .asked, .running: break
        }
    }

    /// All its processes, which the caller kills now.
    mutating func killsAll() -> [pid_t] {
        var pids = process.map { [$0.pid] } ?? []
        for index in mechanisms.indices {
            pids += mechanisms[index].census.processes.sorted()
            for pid in mechanisms[index].census.processes { _ = mechanisms[index].census.kills(pid) }
        }
        return pids
    }
}
