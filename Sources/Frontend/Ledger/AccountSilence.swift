internal import Glibc
internal import Platform

/// Of which accounts something was told a short while ago, and is not told again.
struct AccountSilence {
    /// How long it lasts, in milliseconds.
    private static let length = 60_000
    /// Of how many accounts it is known.
    private static let longestMemory = 1000

    private var told: [uid_t: Instant] = [:]

    /// Something is to be told of an account; says whether that is news.
    mutating func isNews(_ account: uid_t, now: Instant) -> Bool {
        if let last = told[account], now < last.advanced(milliseconds: Self.length) { return false }
        if told.count >= Self.longestMemory { told = [:] }
        told[account] = now
        return true
    }
}
