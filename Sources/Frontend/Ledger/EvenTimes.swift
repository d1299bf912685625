internal import Authentication
internal import DequeModule
internal import Platform

/// When to send answers of a mechanism whose time must not tell whether the user exists.
///
/// A database needs some microseconds more for a query that finds a row, and a directory for a search that finds an
/// entry. Two thousand attempts tell that difference, although it is a hundredth of what each takes. So an answer waits
/// until as much time has passed as the slower ones took recently: fifteen of sixteen then take the same time.
struct EvenTimes {
    /// The last times of some answers, in nanoseconds.
    private struct Times {
        /// How many are kept, and for how long, in milliseconds.
        private static let memory = 64
        private static let age = 900_000

        private var entries: Deque<(time: Instant, took: UInt64)> = []

        mutating func add(_ took: UInt64, now: Instant) {
            if entries.count >= Self.memory { entries.removeFirst() }
            entries.append((now, took))
        }

        /// What fifteen of sixteen took, but not more than twice the median: some may have been slow for a reason of
        /// their own.
        mutating func slow(now: Instant) -> UInt64 {
            let oldest = now.reduced(milliseconds: Self.age)
            while let first = entries.first, first.time < oldest { entries.removeFirst() }
            guard !entries.isEmpty else { return 0 }
            let sorted = entries.map(\.took).sorted()
            return min(sorted[sorted.count * 15 / 16], 2 * sorted[sorted.count / 2])
        }
    }

    /// The longest wait, in milliseconds: after a back end was slow for a while, nobody waits longer for what was.
    private static let longest = 1_000

    private var all = Times()
    /// Of users who exist.
    ///
    /// Otherwise who asks for many names that do not exist would see how long one takes that does.
    private var known = Times()

    /// When to send the answer to a request that the mechanism got at `begin` and has answered at `now`.
    mutating func due(begin: Instant, isOfKnown: Bool, now: Instant) -> Instant {
        let took = now.nanoseconds - min(begin, now).nanoseconds
        all.add(took, now: now)
        if isOfKnown { known.add(took, now: now) }
        let time = Instant(nanoseconds: begin.nanoseconds + max(all.slow(now: now), known.slow(now: now)))
        return min(max(time, now), now.advanced(milliseconds: Self.longest))
    }
}
