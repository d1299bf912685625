internal import Folding

/// Accounts with a recent refusal, new password or flush; a verdict on an earlier request is not cached for them.
struct AccountChanges {
    /// How many accounts are tracked; beyond that, verdicts on earlier requests are not cached for any account.
    private static let mostAccounts = 20_000

    /// The number of changes so far.
    private(set) var count: UInt64 = 0
    private var changes: [FoldedName: UInt64] = [:]
    private var floor: UInt64 = 0

    mutating func add(_ accounts: Set<FoldedName>) {
        if changes.count + accounts.count > Self.mostAccounts { addAll() }
        count += 1
        for account in accounts { changes[account] = count }
    }

    /// Records a possible change of all accounts.
    mutating func addAll() {
        count += 1
        floor = count
        changes = [:]
    }

    /// Whether one of the accounts changed after change number `count`.
    func hasChanged(_ accounts: Set<FoldedName>, since count: UInt64) -> Bool {
        self.count > count && (floor > count || accounts.contains { changes[$0, default: 0] > count })
    }
}
