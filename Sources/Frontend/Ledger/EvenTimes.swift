internal import DequeModule
internal import Platform

/// When to send answers of a mechanism whose time must not tell whether the user exists.
///
/// A database needs some microseconds more for a query that finds a row, and a directory for a search that finds an
/// entry. Two thousand attempts tell that difference, although it is a hundredth of what each takes. So an answer waits
/// until as much time has passed as the slower ones took recently: fifteen of sixteen then take the same time.
struct EvenTimes {
    /// How many answers are remembered, and for how long, in milliseconds: after a back end was slow for a while, none
    /// waits for what happened then.
    private static let memory = 64
    private static let age = 60_000
    /// The longest wait, in microseconds.
    private static let longest = 250_000

    private var answers: Deque<(time: Instant, took: UInt64)> = []

    /// When to send the answer to a request that the mechanism got at `begin` and has answered at `now`.
    mutating func due(begin: Instant, now: Instant) -> Instant {
        let oldest = now.reduced(milliseconds: Self.age)
        while let first = answers.first, first.time < oldest || answers.count >= Self.memory { answers.removeFirst() }
        answers.append((now, now.nanoseconds - min(begin, now).nanoseconds))
        let slow = answers.map(\.took).sorted()[answers.count * 15 / 16]
        let time = Instant(nanoseconds: begin.nanoseconds + slow)
        return min(max(time, now), now.advanced(microseconds: Self.longest))
    }
}
