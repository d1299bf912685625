internal import Authentication
internal import Folding
internal import Platform

/// Whether a mechanism is down, or only some logins get no verdict from it.
///
/// One login without a verdict may be that login's own trouble. A mechanism is down when several logins in a row get none, or when it
/// says so itself. Any verdict ends an outage.
struct OutageWatch {
    struct Outage {
        let since: Instant
        var reason: ByteString
    }

    /// Of how many logins in a row there must be no verdict.
    private static let severalLogins = 3
    /// For how long there must be no verdict before a login without one counts as hit by the outage, in milliseconds.
    ///
    /// A guesser who tries several such logins would otherwise be spared in the time between two verdicts for others.
    private static let lasting = 10_000

    /// Since the last verdict; `nil` where that was the last word.
    private var streak: Streak?

    private struct Streak {
        let since: Instant
        var reason: ByteString
        var logins: Set<FoldedName> = []
        /// Whether the mechanism says that nobody gets a verdict.
        var isDeclared = false

        var isOutage: Bool { isDeclared || logins.count >= OutageWatch.severalLogins }
    }

    /// Since when, and why, nobody gets a verdict; `nil` while somebody may.
    var outage: Outage? {
        streak.flatMap { $0.isOutage ? Outage(since: $0.since, reason: $0.reason) : nil }
    }

    /// There was a verdict.
    mutating func answered() {
        streak = nil
    }

    /// There was none for `login`.
    mutating func failed(_ login: FoldedName, _ unavailability: Unavailability, now: Instant) {
        var streak = streak ?? Streak(since: now, reason: "")
        streak.reason = unavailability.reason
        if streak.logins.count < Self.severalLogins { streak.logins.insert(login) }
        if unavailability.scope == .mechanism { streak.isDeclared = true }
        self.streak = streak
    }

    /// Whether a login without a verdict now shares the fate of all.
    func excuses(now: Instant) -> Bool {
        guard let streak, streak.isOutage else { return false }
        return streak.isDeclared || streak.since.elapsedMilliseconds(until: now) >= Self.lasting
    }
}
