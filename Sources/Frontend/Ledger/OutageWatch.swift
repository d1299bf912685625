internal import Authentication
internal import Folding
internal import Platform

/// Tells an outage of a mechanism from single logins without a verdict.
///
/// One login without a verdict may be that login's own problem. A mechanism is down when several different logins in
/// succession get no verdict, or when it reports that itself. Any verdict ends an outage.
struct OutageWatch {
    struct Outage {
        let since: Instant
        var reason: ByteString
    }

    /// How many consecutive logins without a verdict make an outage.
    private static let severalLogins = 3
    /// How long an outage must last before it excuses a login without a verdict, in milliseconds.
    ///
    /// Otherwise a guesser who tries several such logins would be excused between two verdicts for others.
    private static let lasting = 10_000

    /// Missing verdicts since the last verdict; `nil` if there are none.
    private var streak: Streak?

    private struct Streak {
        let since: Instant
        var reason: ByteString
        var logins: Set<FoldedName> = []
        /// Whether the mechanism reports that no login gets a verdict.
        var isDeclared = false

        var isOutage: Bool { isDeclared || logins.count >= OutageWatch.severalLogins }
    }

    /// The current outage; `nil` while some login may get a verdict.
    var outage: Outage? {
        streak.flatMap { $0.isOutage ? Outage(since: $0.since, reason: $0.reason) : nil }
    }

    /// There was a verdict.
    mutating func answered() {
        streak = nil
    }

    /// There was no verdict for `login`.
    mutating func failed(_ login: FoldedName, _ unavailability: Unavailability, now: Instant) {
        var streak = streak ?? Streak(since: now, reason: "")
        streak.reason = unavailability.reason
        if streak.logins.count < Self.severalLogins { streak.logins.insert(login) }
        if unavailability.scope == .mechanism { streak.isDeclared = true }
        self.streak = streak
    }

    /// Whether the current outage explains a missing verdict.
    func excuses(now: Instant) -> Bool {
        guard let streak, streak.isOutage else { return false }
        return streak.isDeclared || streak.since.elapsedMilliseconds(until: now) >= Self.lasting
    }
}
