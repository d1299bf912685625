internal import Platform

/// Decides when to ping a process, and when to give it up.
///
/// It counts checks rather than time, so that no process is given up because the machine was suspended.
struct Heartbeat {
    enum Action: Equatable {
        case ask
        case giveUp
    }

    /// The time between two checks, in milliseconds.
    static let interval = 5_000
    /// The number of checks that may find a ping unanswered; the last one gives up.
    static let patience = 2

    /// The time of the next check.
    private(set) var deadline: Instant
    /// How many checks found the ping unanswered; `nil` without an open ping.
    private var misses: Int?

    init(now: Instant) {
        deadline = now.advanced(milliseconds: Self.interval)
    }

    /// Whether answers arrived in time.
    var isGood: Bool { (misses ?? 0) == 0 }

    mutating func answered() {
        misses = nil
    }

    /// The action that is due at `now`.
    mutating func action(now: Instant) -> Action? {
        guard now >= deadline else { return nil }
        deadline = now.advanced(milliseconds: Self.interval)
        guard let misses else {
            self.misses = 0
            return .ask
        }
        self.misses = misses + 1
        return misses + 1 == Self.patience ? .giveUp : nil
    }
}
