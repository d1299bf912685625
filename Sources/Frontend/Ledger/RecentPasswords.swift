internal import Digests
internal import Folding
internal import Platform

/// Passwords with a recent event, as keyed hashes; it contains no passwords and no logins.
///
/// For instance passwords that were right: a client that sends one is not guessing. Whether it is still right, the
/// mechanism decides.
struct RecentPasswords {
    struct Limits: Sendable {
        /// The maximum number; the oldest is evicted.
        var entries = 20_000
        /// How long a password is remembered, in milliseconds.
        var lifetime = 86_400_000
        /// The maximum number for one account, so that it cannot evict all others; the oldest is evicted.
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

    /// Whether the event is recent, within one twenty-fourth of `lifetime`.
    func isFresh(_ password: KeyedHash.Value, now: Instant) -> Bool {
        entries[password].map { now < $0.since.advanced(milliseconds: limits.lifetime / 24) } ?? false
    }

    /// Records the event for a password; returns its place, a number below `Limits.entries`, and the places that became
    /// free.
    ///
    /// Without an `account` it is counted for none.
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

    /// Removes a password; returns its former place.
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
