internal import Glibc
internal import Platform

/// The worker processes of one mechanism: who runs, whom the frontend has let go of, who is to be killed, and whether another may start.
///
/// The frontend decides when workers start; how many there can be at the most is decided here.
struct WorkerCensus {
    /// How many workers there are where `-n` is 0.
    static let workersOfZero = 64
    /// How long a worker has to exit after the frontend has closed its connection, in milliseconds.
    static let exitTime = 5_000
    /// How long no connection is taken after one could not be, in milliseconds.
    static let pauseTime = 250

    private enum Stage: Equatable {
        /// The frontend has a connection to it, as far as is known.
        case open
        /// The frontend has closed the connection; it is killed at the time.
        case closed(until: Instant)
        /// It was killed, and is not gone yet.
        case killed
    }

    private let limit: Int
    private var stages: [pid_t: Stage] = [:]
    private var pausedUntil: Instant?

    /// `workers` is the number of `-n`.
    init(workers: Int) {
        limit = workers == 0 ? Self.workersOfZero : workers
    }

    var isEmpty: Bool { stages.isEmpty }

    var processes: [pid_t] { Array(stages.keys) }

    /// Whether a connection may be taken and a worker started: as many as `-n` may be open, and twice as many and four there.
    func mayStart(now: Instant) -> Bool {
        if let pausedUntil, now < pausedUntil { return false }
        return stages.count < 2 * limit + 4 && stages.values.count { $0 == .open } < limit
    }

    /// When `due` or `mayStart` have another answer because of the time alone.
    func deadline(now: Instant) -> Instant? {
        let ends = stages.values.compactMap { if case .closed(let end) = $0 { end } else { nil } }
        return (ends + [pausedUntil].compactMap { $0 }.filter { $0 > now }).min()
    }

    mutating func started(_ pid: pid_t) {
        stages[pid] = .open
    }

    /// No connection can be taken now: descriptors or memory are short.
    mutating func startFailed(now: Instant) {
        pausedUntil = now.advanced(milliseconds: Self.pauseTime)
    }

    /// The frontend has closed the connection to a worker; of no consequence where there is none of this number.
    mutating func closed(_ pid: pid_t, now: Instant) {
        guard stages[pid] == .open else { return }
        stages[pid] = .closed(until: now.advanced(milliseconds: Self.exitTime))
    }

    /// The frontend is gone, and with it all its connections.
    mutating func closedAll(now: Instant) {
        for pid in stages.keys { closed(pid, now: now) }
    }

    /// A worker is to be killed at once; `false` where there is none of this number.
    mutating func kills(_ pid: pid_t) -> Bool {
        guard stages[pid] != nil else { return false }
        stages[pid] = .killed
        return true
    }

    /// The workers whose time to exit is over, each of them once.
    mutating func due(now: Instant) -> [pid_t] {
        let late = stages.filter { if case .closed(let end) = $0.value { end <= now } else { false } }.keys.sorted()
        for pid in late { stages[pid] = .killed }
        return late
    }

    /// A child is gone; `false` when it was none of the workers.
    mutating func ended(_ pid: pid_t) -> Bool {
        stages.removeValue(forKey: pid) != nil
    }
}
