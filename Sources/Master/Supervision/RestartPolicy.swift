internal import Platform

/// Decides when to restart a frontend: at once, unless it keeps exiting.
struct RestartPolicy {
    /// After this lifetime, in milliseconds, a frontend counts as stable.
    static let steadyTime = 10_000
    static let firstPause = 100
    static let longestPause = 5_000

    private var quickEnds = 0

    /// When to start the next frontend after one that lived from `start` to `end`.
    mutating func restart(after start: Instant, endedAt end: Instant) -> Instant {
        if start.advanced(milliseconds: Self.steadyTime) <= end { quickEnds = 0 }
        defer { quickEnds += 1 }
        guard quickEnds > 0 else { return end }
        return end.advanced(milliseconds: min(Self.firstPause << min(quickEnds - 1, 16), Self.longestPause))
    }

    /// When to try again after a start that failed at `now`; never at once.
    mutating func retry(failedAt now: Instant) -> Instant {
        quickEnds = max(quickEnds, 1)
        return restart(after: now, endedAt: now)
    }
}
