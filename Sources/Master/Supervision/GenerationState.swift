internal import Glibc
internal import Platform

/// The number of a generation: one reading of the settings, with its frontend and its workers.
typealias GenerationID = Int

/// One generation as the supervision sees it: its phase, its frontend and the processes of its mechanisms.
struct GenerationState {
    enum Phase: Equatable {
        /// The frontend has not been ready yet; the generation is given up at the time.
        case starting(until: Instant)
        /// It serves: a frontend that ends is started again.
        case serving
        /// It answers what is in flight; what is left at the time, if there is one, is killed.
        case leaving(until: Instant?)
    }

    enum Frontend: Equatable {
        /// There is none, and none follows.
        case none
        /// It is started at the time.
        case due(Instant)
        /// The master was asked to start it.
        case asked
        case running(Process)
    }

    struct Process: Equatable {
        let pid: pid_t
        let startedAt: Instant
        /// Whether it has sent a message yet.
        var hasSpoken = false
    }

    /// What a generation is made of.
    struct Plan {
        /// The mechanisms, as a person named them.
        let names: String
        /// The name of the frontend's program.
        let frontend: String
        /// Each mechanism's program, and the number of `-n` for it.
        let mechanisms: [(program: String, workers: Int)]
        /// How long it has to answer what is in flight once another has taken over, in milliseconds.
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

    /// The frontend's process, while there is one.
    var process: Process? { if case .running(let process) = frontend { process } else { nil } }
    var isStarting: Bool { if case .starting = phase { true } else { false } }
    var isLeaving: Bool { if case .leaving = phase { true } else { false } }

    /// Whether no process of it is left, and none is to be started.
    var isGone: Bool { frontend == .none && mechanisms.allSatisfy(\.census.isEmpty) }

    /// Whether the frontend is there and has answered lately.
    var isHealthy: Bool { process != nil && heartbeat.isGood }

    /// When the clock alone changes something.
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

    /// Stops serving, with what is left killed at `until`; a frontend that is not there is not started any more.
    mutating func leave(until: Instant?) {
        phase = .leaving(until: until)
        switch frontend {
        case .due: frontend = .none
        case .none, .asked, .running: break
        }
    }

    /// All its processes, which are to be killed now.
    mutating func killsAll() -> [pid_t] {
        var pids = process.map { [$0.pid] } ?? []
        for index in mechanisms.indices {
            pids += mechanisms[index].census.processes.sorted()
            for pid in mechanisms[index].census.processes { _ = mechanisms[index].census.kills(pid) }
        }
        return pids
    }
}
