internal import Authentication
internal import CommandLine
internal import Digests
internal import Folding
internal import Platform

/// The frontend's memory of passwords: the cache, and the passwords that show that a client is not guessing.
final class CredentialMemory {
    /// The result of looking up a request.
    enum Lookup {
        /// The cache accepts it.
        case hit
        /// A mechanism must be asked.
        case miss(Trace)
    }

    /// What is remembered about a request, with the hashes for learning from its verdict.
    struct Trace {
        fileprivate var credentials: KeyedHash.Value?
        fileprivate var secret: KeyedHash.Value?
        fileprivate(set) var password: KeyedHash.Value?
        /// Whether the password was right recently.
        fileprivate(set) var isKnown = false
        /// Whether the same request was turned away unchecked recently.
        fileprivate(set) var isRepeated = false
        /// The number of account changes at the time of the lookup.
        fileprivate var changes: UInt64 = 0
    }

    /// How long a turned away password is remembered, in milliseconds: mail programs retry within minutes.
    private static let repeatTime = 600_000

    /// `nil` if nothing is to be remembered, or the system's libcrypto has no HMAC.
    private let hash: CredentialHash?
    private let caches: Bool
    private let throttles: Bool
    private var cache: CredentialCache
    private var known = RecentPasswords()
    private var changes = AccountChanges()
    private var turnedAway = RecentPasswords(limits: .init(lifetime: CredentialMemory.repeatTime))
    /// The record for the next frontend, and that of the previous one until `takeOver`.
    private let record: PasswordRecord?
    private var previous: PasswordRecord?

    /// Everything remembered belongs to `mechanism`; `seesAddress` says whether its verdict also depends on the
    /// client's address.
    init(
        _ options: ServiceOptions,
        mechanism: String,
        seesAddress: Bool,
        previous: consuming PasswordRecord?,
        record: consuming PasswordRecord?
    ) {
        caches = options.caches
        throttles = options.throttle == .on
        cache = CredentialCache(limits: caches ? .init(options) : .none)
        guard caches || throttles, let key = Self.key(previous) else {
            hash = nil
            self.record = nil
            return
        }
        hash = CredentialHash.make(key: key, mechanism: mechanism, seesAddress: seesAddress)
        record?.begin(key: key)
        self.record = record
        self.previous = previous
    }

    private static func key(_ previous: borrowing PasswordRecord?) -> Secret? {
        switch previous {
        case .some(let previous): previous.readKey() ?? KeyedHash.newKey()
        case nil: KeyedHash.newKey()
        }
    }

    /// A key for invented salts: the same in the next frontend, unless nothing is remembered.
    func saltKey() -> Secret? {
        switch hash {
        case .some(let hash): hash.saltKey()
        case nil: KeyedHash.newKey()
        }
    }

    var cacheCount: Int { cache.count }
    var cacheHits: Int { cache.hits }
    var cacheMisses: Int { cache.misses }

    /// Learns the passwords that the previous frontend knew; once, when this one begins to serve.
    func takeOver(now: Instant) {
        switch previous.take() {
        case .some(let previous):
            for entry in previous.readEntries(now: now) { remember(entry.password, of: nil, now: entry.time) }
        case nil: break
        }
    }

    /// Looks up a request.
    func look(at request: borrowing AuthRequest, now: Instant) -> Lookup {
        switch hash {
        case .some(let hash):
            var trace = Trace()
            if caches {
                let credentials = hash.credentials(of: request)
                if cache.knows(credentials, now: now) { return .hit }
                trace.credentials = credentials
                trace.secret = hash.secret(of: request)
            }
            let password = hash.password(of: request)
            trace.password = password
            trace.isKnown = known.contains(password, now: now)
            trace.isRepeated = throttles && !trace.isKnown && turnedAway.contains(password, now: now)
            trace.changes = changes.count
            return .miss(trace)
        case nil: return .miss(Trace())
        }
    }

    /// Learns that a mechanism accepted or refused a request for `account`; learns nothing from `unavailable`.
    ///
    /// `all` are the names by which the account may be known, including that one.
    func learn(
        _ verdict: Verdict,
        of trace: Trace,
        at account: FoldedName,
        all: @autoclosure () -> Set<FoldedName>,
        now: Instant
    ) {
        switch verdict {
        case .accepted:
            if let key = key(trace, account) {
                let all = all()
                // After a refusal, a flush or a password change in the meantime, the verdict may be out of date.
                if !changes.hasChanged(all, since: trace.changes) {
                    if !trace.isKnown {
                        forget(all.subtracting([account]))
                        changes.add(all)
                    }
                    cache.accepted(key, isNewPassword: !trace.isKnown, now: now)
                }
            }
            guard let password = trace.password, !trace.isKnown || !known.isFresh(password, now: now) else { return }
            remember(password, of: account, now: now)
            turnedAway.remove(password)
        case .refused:
            if caches {
                let all = all()
                changes.add(all)
                forget(all)
            }
            if let password = trace.password {
                turnedAway.remove(password)
                if let place = known.remove(password) { record?.set(place, to: nil) }
            }
        case .unavailable: break
        }
    }

    private func remember(_ password: KeyedHash.Value, of account: FoldedName?, now: Instant) {
        let (place, freed) = known.insert(password, of: account, now: now)
        for place in freed { record?.set(place, to: nil) }
        record?.set(place, to: PasswordRecord.Entry(password: password, time: now))
    }

    @discardableResult
    private func forget(_ accounts: Set<FoldedName>) -> Int {
        switch hash {
        case .some(let hash): accounts.reduce(0) { $0 + cache.forget(account: hash.account($1)) }
        case nil: 0
        }
    }

    /// Whether the cache may replace a mechanism that gives no verdict.
    func forgives(_ trace: Trace, now: Instant) -> Bool {
        trace.credentials.map { cache.forgives($0, now: now) } ?? false
    }

    /// Remembers that a request was turned away unchecked, so that a retry is preferred.
    func turnedAway(_ trace: Trace, now: Instant) {
        guard throttles, let password = trace.password else { return }
        turnedAway.insert(password, of: nil, now: now)
    }

    /// Empties the cache; returns the number of entries.
    func flush() -> Int {
        defer { cache.removeAll() }
        changes.addAll()
        return cache.count
    }

    /// Drops the cache entries of some accounts; returns their number.
    func flush(_ accounts: Set<FoldedName>) -> Int {
        changes.add(accounts)
        return forget(accounts)
    }

    private func key(_ trace: Trace, _ account: FoldedName) -> CredentialCache.Key? {
        guard let credentials = trace.credentials, let secret = trace.secret else { return nil }
        switch hash {
        case .some(let hash):
            return CredentialCache.Key(credentials: credentials, account: hash.account(account), secret: secret)
        case nil: return nil
        }
    }
}

extension CredentialCache.Limits {
    fileprivate static let none = Self(entries: 1, lifetime: 0)

    /// The limits of `-s`, `-t` and `--cache-grace`, which are checked with `-c`.
    fileprivate init(_ options: ServiceOptions) {
        self.init(
            entries: max(1, options.cacheSize * 1024 / CredentialCache.entrySize),
            lifetime: options.cacheLifetime * 1000,
            grace: options.cacheGrace * 1000
        )
    }
}
