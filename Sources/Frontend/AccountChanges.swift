internal import Folding

/// Which accounts have had a refusal, a new password or a flush lately: what was found out about them before is not to be cached.
struct AccountChanges {
    /// Of how many accounts it is known; then all that was found out before counts as old.
    private static let mostAccounts = 20_000

    /// How many changes there were.
    private(set) var count: UInt64 = 0
    private var changes: [FoldedName: UInt64] = [:]
    private var floor: UInt64 = 0

    mutating func add(_ accounts: Set<FoldedName>) {
        if changes.count + accounts.count > Self.mostAccounts { addAll() }
        count += 1
        for account in accounts { changes[account] = count }
    }

    /// All accounts may have changed.
    mutating func addAll() {
        count += 1
        floor = count
        changes = [:]
    }

    /// Whether one of the accounts has changed since there were `count` changes.
    func hasChanged(_ accounts: Set<FoldedName>, since count: UInt64) -> Bool {
        self.count > count && (floor > count || accounts.contains { changes[$0, default: 0] > count })
    }
}
