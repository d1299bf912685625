internal import Digests
internal import Folding
internal import Platform

/// Which passwords something happened to a while ago: keyed hashes of them, no password and no login.
///
/// Who has a password that was right does not guess. That it is right still is for the mechanism to say.
struct RecentPasswords {
    struct Limits: Sendable {
        /// How many there are at the most; the oldest goes first.
        var entries = 20_000
        /// How long one is remembered, in milliseconds.
        var lifetime = 86_400_000
        /// How many one account may have, so that it cannot push out all others'; the oldest goes first.
        var entriesOfAccount = 64
    }

    private struct Entry {
        let place: AgeList<KeyedHash.Value>.Place
        let since: Instant
        let account: FoldedName?
    }

    private let limits: Limits
    private var entries: [KeyedHash.Value: Entry] = [:]
    /// The passwords of each account, the oldest first.
    private var accounts: [FoldedName: [KeyedHash.Value]] = [:]
    private var byAge = AgeList<KeyedHash.Value>()

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    var count: Int { entries.count }

    mutating func contains(_ password: KeyedHash.Value, now: Instant) -> Bool {
        while let old = byAge.oldest(since: now.reduced(milliseconds: limits.lifetime)) { remove(old) }
        return entries[password] != nil
    }

    /// Whether it has happened to a password within the last twenty-fourth of the time for which it is remembered.
    func isFresh(_ password: KeyedHash.Value, now: Instant) -> Bool {
        entries[password].map { now < $0.since.advanced(milliseconds: limits.lifetime / 24) } ?? false
    }

    /// It has happened to a password now; gives the number of its place, which is below `Limits.entries`, and those that are empty since.
    ///
    /// Without an `account` it counts for none.
    @discardableResult
    mutating func insert(_ password: KeyedHash.Value, of account: FoldedName?, now: Instant) -> (
        place: Int, freed: [Int]
    ) {
        var freed = [remove(password)]
        if let account, let own = accounts[account], own.count >= limits.entriesOfAccount {
            freed.append(remove(own[0]))
        }
        if entries.count >= limits.entries, let oldest = byAge.oldest { freed.append(remove(oldest)) }
        let place = byAge.append(password, now: now)
        entries[password] = Entry(place: place, since: now, account: account)
        if let account { accounts[account, default: []].append(password) }
        return (place.index, freed.compactMap(\.self).filter { $0 != place.index })
    }

    /// Forgets a password; gives the number that its place had.
    @discardableResult
    mutating func remove(_ password: KeyedHash.Value) -> Int? {
        guard let entry = entries.removeValue(forKey: password) else { return nil }
        byAge.remove(entry.place)
        if let account = entry.account {
            accounts[account]?.removeAll { $0 == password }
            if accounts[account]?.isEmpty == true { accounts[account] = nil }
        }
        return entry.place.index
    }
}
