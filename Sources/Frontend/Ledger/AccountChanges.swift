internal import Folding

/// The accounts that have had a refusal, a new password or a flush lately: a verdict on a request from before that is not cached.
struct AccountChanges {
    /// How many accounts are told apart; with more of them, every verdict on a request from before counts as old.
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
