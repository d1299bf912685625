internal import Authentication
internal import Digests
internal import Options
internal import Platform

/// What the frontend remembers of passwords that were right: to answer in the mechanism's place, and to know who does not guess.
final class CredentialMemory {
    /// What is remembered of one request.
    struct Trace {
        fileprivate let cached: CredentialCache.Key?
        fileprivate let password: KeyedHash.Value?
        /// Whether the password was right a while ago.
        let isKnown: Bool
    }

    /// `nil` where nothing is to be remembered, or the system's libcrypto offers no HMAC.
    private let hash: CredentialHash?
    private let caches: Bool
    private let throttles: Bool
    private var cache: CredentialCache
    private var known = KnownPasswords()

    init(_ options: ServiceOptions, mechanism: String) {
        caches = options.caches
        throttles = options.throttle == .on
        hash = caches || throttles ? CredentialHash.withNewKey(mechanism: mechanism) : nil
        cache = CredentialCache(limits: caches ? .init(options) : .none)
    }

    var cacheCount: Int { cache.count }
    var cacheHits: Int { cache.hits }
    var cacheMisses: Int { cache.misses }

    /// Looks at a request: `nil` when the cache answers it, with success.
    func look(at request: borrowing AuthRequest, now: Instant) -> Trace? {
        switch hash {
        case .some(let hash):
            var cached: CredentialCache.Key?
            if caches {
                let credentials = hash.credentials(of: request)
                if cache.knows(credentials, now: now) { return nil }
                cached = CredentialCache.Key(credentials: credentials, account: hash.account(of: request))
            }
            guard throttles else { return Trace(cached: cached, password: nil, isKnown: false) }
            let password = hash.password(of: request)
            return Trace(cached: cached, password: password, isKnown: known.contains(password, now: now))
        case nil: return Trace(cached: nil, password: nil, isKnown: false)
        }
    }

    /// Learns from a verdict; says whether the cache stands in for a mechanism that has found out nothing.
    func learns(_ verdict: Verdict, of trace: Trace, now: Instant) -> Bool {
        switch verdict {
        case .accepted:
            if let key = trace.cached { cache.accepted(key, now: now) }
            if let password = trace.password { known.accepted(password, now: now) }
        case .refused:
            if let key = trace.cached { cache.refused(key) }
            if let password = trace.password { known.refused(password) }
        case .unavailable: return trace.cached.map { cache.forgives($0, now: now) } ?? false
        }
        return false
    }

    /// Forgets all that the cache knows; says how many entries that were.
    func flush() -> Int {
        defer { cache.removeAll() }
        return cache.count
    }

    /// Forgets what the cache knows of a login, which may have its realm behind an `@`; says how many entries that were.
    func flush(login: ByteString) -> Int {
        var count = 0
        switch hash {
        case .some(let hash):
            let parts = login.splitAtRealm
            // As it is, as libsasl2 splits it, and as -r joins it again.
            for (name, realm) in [(login, ByteString()), (parts.login, parts.realm), (login, parts.realm)] {
                count += cache.forget(account: hash.account(login: name, realm: realm))
            }
        case nil: break
        }
        return count
    }
}

extension CredentialCache.Limits {
    fileprivate static let none = Self(entries: 1, lifetime: 0)

    /// Those of `-s`, `-t` and `--cache-grace`, which were checked with `-c`.
    fileprivate init(_ options: ServiceOptions) {
        self.init(
            entries: max(1, options.cacheSize * 1024 / CredentialCache.entrySize),
            lifetime: options.cacheLifetime * 1000,
            grace: options.cacheGrace * 1000
        )
    }
}
