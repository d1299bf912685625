internal import Glibc
internal import Platform

/// The worker processes of one mechanism and their stages, and whether another may start.
///
/// The frontend decides when workers start; this limits their number.
struct WorkerCensus {
    /// The maximum number of workers with `-n 0`.
    static let workersOfZero = 64
    /// How long a worker may take to exit after the frontend has closed its connection, in milliseconds.
    static let exitTime = 5_000
    /// The pause after a failure to accept or start, in milliseconds.
    static let pauseTime = 250

    private enum Stage: Equatable {
        /// The frontend has a connection to it, as far as known.
        case open
        /// The frontend has closed the connection; the process is killed at this time.
        case closed(until: Instant)
        /// It was killed, but was not reaped yet.
        case killed
    }

    private let limit: Int
    private var stages: [pid_t: Stage] = [:]
    private var pausedUntil: Instant?

    /// `workers` is the value of `-n`.
    init(workers: Int) {
        limit = workers == 0 ? Self.workersOfZero : workers
    }

    var isEmpty: Bool { stages.isEmpty }

    var processes: [pid_t] { Array(stages.keys) }

    /// Whether a worker may be started: at most `-n` have a connection, and at most twice that and four exist.
    func mayStart(now: Instant) -> Bool {
        if let pausedUntil, now < pausedUntil { return false }
        return stages.count < 2 * limit + 4 && stages.values.count { $0 == .open } < limit
    }

    /// The next time at which the result of `due` or `mayStart` changes.
    func deadline(now: Instant) -> Instant? {
        let ends = stages.values.compactMap { if case .closed(let end) = $0 { end } else { nil } }
        return (ends + [pausedUntil].compactMap { $0 }.filter { $0 > now }).min()
    }

    mutating func started(_ pid: pid_t) {
        stages[pid] = .open
    }

    /// A connection could not be accepted, or a worker not started; pauses accepting.
    mutating func startFailed(now: Instant) {
        pausedUntil = now.advanced(milliseconds: Self.pauseTime)
    }

    /// The frontend has closed the connection to a worker; unknown processes are ignored.
    mutating func closed(_ pid: pid_t, now: Instant) {
        guard stages[pid] == .open else { return }
        stages[pid] = .closed(until: now.advanced(milliseconds: Self.exitTime))
    }

    /// The frontend is gone, and with it all its connections.
    mutating func closedAll(now: Instant) {
        for pid in stages.keys { closed(pid, now: now) }
    }

    /// Marks a worker to be killed at once; `false` for unknown processes.
    mutating func kills(_ pid: pid_t) -> Bool {
        guard stages[pid] != nil else { return false }
        stages[pid] = .killed
        return true
    }

    /// The workers whose time to exit is over, each only once.
    mutating func due(now: Instant) -> [pid_t] {
        let late = stages.filter { if case .closed(let end) = $0.value { end <= now } else { false } }.keys.sorted()
        for pid in late { stages[pid] = .killed }
        return late
    }

    /// A child was reaped; `false` if it is not one of the workers.
    mutating func ended(_ pid: pid_t) -> Bool {
        stages.removeValue(forKey: pid) != nil
    }
}
