internal import Platform

/// What the logins of the last hour showed about a server's AUTHENTICATE, in POP3 AUTH.
///
/// A server that lists a SASL mechanism may not support it: a proxy may pass on the list of the server behind it.
struct AuthenticateMemory: Sendable {
    /// What one login shows.
    enum Lesson: Hashable, Sendable {
        /// The server asked for the credentials: it supports the command, and a later refusal is about the credentials.
        case answered
        /// The server refused the command itself.
        case refused
    }

    /// How long a lesson is kept, in milliseconds: servers are replaced, and an address may lead to several of them.
    static let lifetime = 3_600_000

    private var last: (lesson: Lesson, end: Instant)?

    /// The lesson at `now`; `nil` if there is none.
    func lesson(now: Instant) -> Lesson? {
        guard let last, now < last.end else { return nil }
        return last.lesson
    }

    /// Keeps `lesson` for an hour; `true` if it was not known before.
    mutating func learn(_ lesson: Lesson, now: Instant) -> Bool {
        let isNew = self.lesson(now: now) != lesson
        last = (lesson, now.advanced(milliseconds: Self.lifetime))
        return isNew
    }
}
