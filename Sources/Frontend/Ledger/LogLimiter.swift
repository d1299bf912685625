internal import Glibc
internal import Platform

/// Limits a log line to one per minute and account.
struct LogLimiter {
    /// How long further lines about an account are suppressed, in milliseconds.
    private static let pause = 60_000
    /// The maximum number of accounts that are tracked.
    private static let longestMemory = 1000

    private var logged: [uid_t: Instant] = [:]

    /// Whether to log a line about an account now.
    mutating func isNews(_ account: uid_t, now: Instant) -> Bool {
        if let last = logged[account], now < last.advanced(milliseconds: Self.pause) { return false }
        if logged.count >= Self.longestMemory { logged = [:] }
        logged[account] = now
        return true
    }
}
