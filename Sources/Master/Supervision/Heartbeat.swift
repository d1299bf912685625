internal import Platform

/// When a process is asked whether it still answers, and when it is given up.
///
/// Time is counted in looks at the process, so that a machine that stood still for a while gives up nobody.
struct Heartbeat {
    enum Action: Equatable {
        case ask
        case giveUp
    }

    /// How far two looks are apart, in milliseconds.
    static let interval = 5_000
    /// The looks at an unanswered question of which the last is one too many.
    static let patience = 2

    /// When to look next.
    private(set) var deadline: Instant
    /// How often an answer was looked for in vain; `nil` while no question is open.
    private var misses: Int?

    init(now: Instant) {
        deadline = now.advanced(milliseconds: Self.interval)
    }

    /// Whether answers have come in time.
    var isGood: Bool { (misses ?? 0) == 0 }

    mutating func answered() {
        misses = nil
    }

    /// What to do at `now`.
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
