internal import Digests
internal import Platform

/// A cache of accepted logins as keyed hashes; it contains no passwords and no logins.
///
/// It has no descriptors, and the caller passes the time. When it is full, the least recently used entry is evicted.
struct CredentialCache {
    struct Limits: Sendable {
        /// The maximum number of entries.
        var entries: Int
        /// How long an entry replaces asking the mechanism, in milliseconds.
        var lifetime: Int
        /// How long an entry is accepted while the mechanism gives no verdict, in milliseconds; 0 for never.
        var grace = 0
        /// The maximum number of entries of one account, which differ in service, realm, spelling or password; the
        /// oldest is evicted.
        var entriesOfAccount = 64
    }

    /// The approximate memory use of an entry, in bytes.
    static let entrySize = 256

    /// The hashes of a request; they cannot be reversed.
    struct Key: Hashable, Sendable {
        /// Of mechanism, login, realm, service and password.
        let credentials: KeyedHash.Value
        /// Of the account, as coarsely as any back end knows it.
        let account: KeyedHash.Value
        /// Of the password alone.
        let secret: KeyedHash.Value
    }

    private struct Entry {
        let account: KeyedHash.Value
        let secret: KeyedHash.Value
        let accepted: Instant
        let place: AgeList<KeyedHash.Value>.Place
    }

    private let limits: Limits
    private var entries: [KeyedHash.Value: Entry] = [:]
    private var accounts: [KeyedHash.Value: [KeyedHash.Value]] = [:]
    /// By last use.
    private var byUse = AgeList<KeyedHash.Value>()
    private(set) var hits = 0
    private(set) var misses = 0

    init(limits: Limits) {
        self.limits = limits
    }

    var count: Int { entries.count }

    /// Whether the mechanism accepted these credentials within the lifetime.
    mutating func knows(_ credentials: KeyedHash.Value, now: Instant) -> Bool {
        guard let entry = entries[credentials], now < entry.accepted.advanced(milliseconds: limits.lifetime) else {
            misses += 1
            return false
        }
        hits += 1
        byUse.remove(entry.place)
        entries[credentials] = Entry(
            account: entry.account,
            secret: entry.secret,
            accepted: entry.accepted,
            place: byUse.append(credentials, now: now)
        )
        return true
    }

    /// Whether these credentials may be accepted while the mechanism gives no verdict.
    func forgives(_ credentials: KeyedHash.Value, now: Instant) -> Bool {
        guard let entry = entries[credentials] else { return false }
        return now < entry.accepted.advanced(milliseconds: limits.grace)
    }

    /// Stores accepted credentials.
    ///
    /// With `isNewPassword`, the password was not known to be right. It may have been changed, so the account's entries
    /// with other passwords are dropped.
    mutating func accepted(_ key: Key, isNewPassword: Bool, now: Instant) {
        let others = accounts[key.account] ?? []
        if isNewPassword, !others.contains(where: { entries[$0]?.secret == key.secret }) {
            forget(account: key.account)
        }
        remove(key.credentials)
        if let list = accounts[key.account], list.count >= limits.entriesOfAccount { remove(list[0]) }
        while entries.count >= limits.entries, let oldest = byUse.oldest { remove(oldest) }
        let place = byUse.append(key.credentials, now: now)
        entries[key.credentials] = Entry(account: key.account, secret: key.secret, accepted: now, place: place)
        accounts[key.account, default: []].append(key.credentials)
    }

    /// Drops all entries of an account; returns their number.
    @discardableResult
    mutating func forget(account: KeyedHash.Value) -> Int {
        // Remove the list first, so that removing each entry does not search it.
        let all = accounts.removeValue(forKey: account) ?? []
        for credentials in all { remove(credentials) }
        return all.count
    }

    mutating func removeAll() {
        self = CredentialCache(limits: limits)
    }

    private mutating func remove(_ credentials: KeyedHash.Value) {
        guard let entry = entries.removeValue(forKey: credentials) else { return }
        byUse.remove(entry.place)
        accounts[entry.account]?.removeAll { $0 == credentials }
        if accounts[entry.account]?.isEmpty == true { accounts[entry.account] = nil }
    }
}
