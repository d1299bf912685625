internal import Digests
internal import Platform

/// Which passwords were accepted, and when: keyed hashes of them, no password and no login.
///
/// Knows no descriptors and no clocks. What was used longest ago goes first when there is no more room.
struct CredentialCache {
    struct Limits: Sendable {
        /// How many entries there are at the most.
        var entries: Int
        /// How long an entry answers for the mechanism, in milliseconds.
        var lifetime: Int
        /// How long an entry answers when the mechanism cannot, in milliseconds; 0 for not at all.
        var grace = 0
        /// How many entries an account may have, which differ in service, realm, spelling or password; the oldest goes first.
        var entriesOfAccount = 64
    }

    /// About how much memory an entry takes with all that leads to it, in bytes.
    static let entrySize = 256

    /// What is kept of a request; none of its bytes can be found from it.
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

    /// Whether the mechanism has accepted these credentials a short while ago.
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

    /// Whether these credentials may be accepted although the mechanism says nothing.
    func forgives(_ credentials: KeyedHash.Value, now: Instant) -> Bool {
        guard let entry = entries[credentials] else { return false }
        return now < entry.accepted.advanced(milliseconds: limits.grace)
    }

    /// The mechanism has accepted the credentials.
    ///
    /// With `isNewPassword` nobody knew that the password was right: it may have been changed, and the account's other ones are dropped.
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

    /// Drops all that is known of an account; says how much that was.
    @discardableResult
    mutating func forget(account: KeyedHash.Value) -> Int {
        // Taken out first, so that not each of them is looked for among the others.
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
