internal import Glibc
internal import Platform

/// Limits a log line about an account to one a minute for each account.
struct LogLimiter {
    /// How long an account's next line is held off, in milliseconds.
    private static let pause = 60_000
    /// Of how many accounts it is known when one was last logged.
    private static let longestMemory = 1000

    private var logged: [uid_t: Instant] = [:]

    /// Something is to be logged about an account; says whether it is.
    mutating func isNews(_ account: uid_t, now: Instant) -> Bool {
        if let last = logged[account], now < last.advanced(milliseconds: Self.pause) { return false }
        if logged.count >= Self.longestMemory { logged = [:] }
        logged[account] = now
        return true
    }
}
