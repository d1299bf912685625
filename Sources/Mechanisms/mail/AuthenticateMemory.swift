internal import Platform

/// What the logins of the last hour have shown of a server's AUTHENTICATE, in POP3 AUTH.
///
/// A server that lists a SASL mechanism need not have it: a proxy may pass on what the server behind it lists.
struct AuthenticateMemory: Sendable {
    /// What one login shows.
    enum Lesson: Hashable, Sendable {
        /// The server has asked for the credentials. So it knows the command, and a refusal with the credentials is about those.
        case answered
        /// The server has refused the command itself.
        case refused
    }

    /// How long a lesson counts, in milliseconds: servers are replaced, and one of several may have answered.
    static let lifetime = 3_600_000

    private var last: (lesson: Lesson, end: Instant)?

    /// What is known at `now`; `nil` when nothing is.
    func lesson(now: Instant) -> Lesson? {
        guard let last, now < last.end else { return nil }
        return last.lesson
    }

    /// Keeps `lesson` for an hour; `true` when something else, or nothing, was known before.
    mutating func learn(_ lesson: Lesson, now: Instant) -> Bool {
        let isNew = self.lesson(now: now) != lesson
        last = (lesson, now.advanced(milliseconds: Self.lifetime))
        return isNew
    }
}
