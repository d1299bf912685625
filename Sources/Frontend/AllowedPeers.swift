internal import Glibc
internal import Platform

/// Which accounts of the system may ask; everyone who can reach the socket where none is named.
struct AllowedPeers: Sendable {
    /// How long a refusal is not told again for the same account, in milliseconds.
    private static let silence = 60_000
    /// Of how many accounts it is known when they were told of.
    private static let longestMemory = 1000

    private let users: Set<uid_t>
    private let groups: Set<gid_t>
    private var told: [uid_t: Instant] = [:]

    init(users: [UInt32], groups: [UInt32]) {
        self.users = Set(users)
        self.groups = Set(groups)
    }

    /// Whether anyone has to be looked at.
    var isNeeded: Bool { !users.isEmpty || !groups.isEmpty }

    /// Whether an account of these groups may ask; root may always.
    func admits(_ user: uid_t, groups others: @autoclosure () -> [gid_t]) -> Bool {
        !isNeeded || user == 0 || users.contains(user) || (!groups.isEmpty && !groups.isDisjoint(with: others()))
    }

    /// An account was refused; says whether that is news.
    mutating func refused(_ user: uid_t, now: Instant) -> Bool {
        if let last = told[user], now < last.advanced(milliseconds: Self.silence) { return false }
        if told.count >= Self.longestMemory { told = [:] }
        told[user] = now
        return true
    }
}
