internal import Platform

/// When settings are read again: once for all who ask while that is under way, and at most once a second.
struct ReloadPace {
    /// How far the starts of two reloads are apart, in milliseconds.
    static let interval = 1_000

    /// Whether a reload was asked for that has not begun.
    private var isWanted = false
    private var next: Instant?

    /// When a reload begins; `nil` where none is asked for.
    func deadline(now: Instant) -> Instant? { isWanted ? max(next ?? now, now) : nil }

    mutating func ask() {
        isWanted = true
    }

    /// Whether a reload begins now; what is asked for from now on is another one.
    mutating func begins(now: Instant) -> Bool {
        guard isWanted, next.map({ $0 <= now }) ?? true else { return false }
        isWanted = false
        next = now.advanced(milliseconds: Self.interval)
        return true
    }
}
