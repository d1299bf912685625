internal import Platform

/// Decides when to reload: once for all requests during a reload, and at most once a second.
struct ReloadPace {
    /// The minimum time between two reloads, in milliseconds.
    static let interval = 1_000

    /// Whether a reload was requested and has not begun.
    private var isWanted = false
    private var next: Instant?

    /// When the next reload begins; `nil` if none was requested.
    func deadline(now: Instant) -> Instant? { isWanted ? max(next ?? now, now) : nil }

    mutating func ask() {
        isWanted = true
    }

    /// Whether a reload begins now; later requests lead to another one.
    mutating func begins(now: Instant) -> Bool {
        guard isWanted, next.map({ $0 <= now }) ?? true else { return false }
        isWanted = false
        next = now.advanced(milliseconds: Self.interval)
        return true
    }
}
