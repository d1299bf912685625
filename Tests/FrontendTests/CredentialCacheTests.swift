import Authentication
import Digests
import Folding
import Glibc
import Platform
import Testing

@testable import Frontend

@Suite struct CredentialCacheTests {
    static let start = Instant(nanoseconds: 1_000_000_000_000)

    static func at(_ milliseconds: Int) -> Instant { start.advanced(milliseconds: milliseconds) }

    /// Makes keys of requests, as the request path does.
    final class Keys {
        private let hash: CredentialHash

        init(_ mechanism: String = "sasldb", seesAddress: Bool = false) throws {
            let key = Secret(copying: [UInt8](repeating: 7, count: KeyedHash.keyLength).span)
            guard let hash = CredentialHash.make(key: key, mechanism: mechanism, seesAddress: seesAddress) else {
                throw CancellationError()
            }
            self.hash = hash
        }

        func key(
            _ login: String,
            _ realm: String = "",
            _ service: String = "",
            _ password: String,
            from remote: String = ""
        ) -> CredentialCache.Key {
            let bytes = Array(password.utf8)
            let request = AuthRequest(
                login: ByteString(login),
                password: Secret(copying: bytes.span),
                service: ByteString(service),
                realm: ByteString(realm),
                remote: ByteString(remote)
            )
            return CredentialCache.Key(
                credentials: hash.credentials(of: request),
                account: hash.account(FoldedName(request.login, realm: request.realm)),
                secret: hash.secret(of: request)
            )
        }
    }

    static func cache(entries: Int = 10, lifetime: Int = 1000, grace: Int = 0) -> CredentialCache {
        CredentialCache(limits: .init(entries: entries, lifetime: lifetime, grace: grace))
    }

    @Test func `what was accepted is known for its lifetime, and not renewed by use`() throws {
        let key = try Keys().key("alice", "", "", "secret")
        var cache = Self.cache()
        var known = [cache.knows(key.credentials, now: Self.start)]
        cache.accepted(key, isNewPassword: false, now: Self.start)
        for time in [0, 999, 1000] { known.append(cache.knows(key.credentials, now: Self.at(time))) }
        #expect(known == [false, true, true, false])
        #expect(cache.hits == 2 && cache.misses == 2)
    }

    @Test func `another password, login, realm or service is another matter`() throws {
        let keys = try Keys()
        var cache = Self.cache()
        cache.accepted(keys.key("alice", "example.org", "smtp", "secret"), isNewPassword: false, now: Self.start)
        for key in [
            keys.key("alice", "example.org", "smtp", "Secret"), keys.key("alicf", "example.org", "smtp", "secret"),
            keys.key("alice", "example.net", "smtp", "secret"), keys.key("alice", "example.org", "imap", "secret"),
            // The same bytes, cut elsewhere.
            keys.key("aliceexample.org", "", "smtp", "secret"), keys.key("alice", "example.or", "gsmtp", "secret"),
            keys.key("alice", "example.org", "smtps", "ecret"), keys.key("alice", "example.org", "", "smtpsecret"),
        ] {
            let isKnown = cache.knows(key.credentials, now: Self.start)
            #expect(!isKnown)
        }
    }

    @Test func `a refusal drops all that is known of the login, and of no other`() throws {
        let keys = try Keys()
        let (smtp, imap) = (keys.key("alice", "r", "smtp", "old"), keys.key("alice", "r", "imap", "old"))
        let other = keys.key("bob", "r", "smtp", "old")
        var cache = Self.cache()
        for key in [smtp, imap, other] { cache.accepted(key, isNewPassword: false, now: Self.start) }
        cache.forget(account: keys.key("alice", "r", "pop", "new").account)
        var known: [Bool] = []
        for key in [smtp, imap, other] { known.append(cache.knows(key.credentials, now: Self.start)) }
        #expect(known == [false, false, true])
        #expect(cache.count == 1)
    }

    @Test func `a refusal drops what is known of the login by whatever spelling, which answers for no other`() throws {
        let keys = try Keys()
        let (small, capital) = (keys.key("alice", "r", "smtp", "old"), keys.key("Alice", "R", "smtp", "old"))
        var cache = Self.cache()
        cache.accepted(small, isNewPassword: true, now: Self.start)
        let isOther = cache.knows(capital.credentials, now: Self.start)
        cache.accepted(capital, isNewPassword: true, now: Self.start)
        #expect(!isOther && cache.count == 2, "the same password is no new one")
        cache.forget(account: keys.key("ALICE", "r", "imap", "wrong").account)
        #expect(cache.count == 0)
    }

    @Test func `a password that nobody knew drops the account's others, and a known one does not`() throws {
        let keys = try Keys()
        let (old, new, third) = (keys.key("a", "", "", "old"), keys.key("A", "", "", "new"), keys.key("a", "", "", "3"))
        let other = keys.key("b", "", "", "old")
        var cache = Self.cache()
        for key in [old, other] { cache.accepted(key, isNewPassword: true, now: Self.start) }
        cache.accepted(new, isNewPassword: true, now: Self.start)
        cache.accepted(third, isNewPassword: false, now: Self.start)
        var known: [Bool] = []
        for key in [old, new, third, other] { known.append(cache.knows(key.credentials, now: Self.start)) }
        #expect(known == [false, true, true, true])
    }

    @Test func `where the mechanism sees the address, what was accepted from one is not from another`() throws {
        let keys = try Keys("pam", seesAddress: true)
        var cache = Self.cache()
        cache.accepted(keys.key("a", "", "", "x", from: "192.0.2.1;25"), isNewPassword: true, now: Self.start)
        var known: [Bool] = []
        for remote in ["192.0.2.1;26", "192.0.2.2;25", ""] {
            known.append(cache.knows(keys.key("a", "", "", "x", from: remote).credentials, now: Self.start))
        }
        #expect(known == [true, false, false])
        let (one, two) = (try Keys().key("a", "", "", "x", from: "1;1"), try Keys().key("a", "", "", "x", from: "2;1"))
        #expect(one.credentials == two.credentials, "sasldb does not see it")
    }

    @Test func `an account with many entries loses its oldest, and a refusal of it takes no time`() throws {
        let keys = try Keys()
        var cache = Self.cache(entries: 50_000)
        for number in 0..<40_000 {
            cache.accepted(keys.key("alice", "", "\(number)", "x"), isNewPassword: false, now: Self.start)
        }
        #expect(cache.count == 64)
        cache.forget(account: keys.key("alice", "", "", "wrong").account)
        #expect(cache.count == 0)
    }

    @Test func `what was used longest ago makes room`() throws {
        let keys = try Keys()
        let all = ["a", "b", "c", "d"].map { keys.key($0, "", "", "x") }
        var cache = Self.cache(entries: 3)
        for key in all[..<3] { cache.accepted(key, isNewPassword: false, now: Self.start) }
        _ = cache.knows(all[0].credentials, now: Self.at(1))
        cache.accepted(all[3], isNewPassword: false, now: Self.at(2))
        var known: [Bool] = []
        for key in all { known.append(cache.knows(key.credentials, now: Self.at(3))) }
        #expect(known == [true, false, true, true])
    }

    @Test func `grace is no longer than it says, and none is none`() throws {
        let key = try Keys().key("alice", "", "", "secret")
        var cache = Self.cache(lifetime: 1000, grace: 5000)
        #expect(!cache.forgives(key.credentials, now: Self.start))
        cache.accepted(key, isNewPassword: false, now: Self.start)
        #expect(cache.forgives(key.credentials, now: Self.at(4999)))
        #expect(!cache.forgives(key.credentials, now: Self.at(5000)))
        cache.accepted(key, isNewPassword: false, now: Self.at(6000))
        cache.forget(account: key.account)
        #expect(!cache.forgives(key.credentials, now: Self.at(6000)))
        var without = Self.cache()
        without.accepted(key, isNewPassword: false, now: Self.start)
        #expect(!without.forgives(key.credentials, now: Self.start))
    }

    @Test func `an emptied cache knows nothing`() throws {
        let key = try Keys().key("alice", "", "", "secret")
        var cache = Self.cache()
        cache.accepted(key, isNewPassword: false, now: Self.start)
        cache.removeAll()
        let isKnown = cache.knows(key.credentials, now: Self.start)
        #expect(!isKnown && cache.count == 0)
    }

    @Test func `a million logins take no more memory than was given`() throws {
        let keys = try Keys()
        let entries = 20_000
        var cache = Self.cache(entries: entries)
        let memory = try ProcessMemory(of: UInt32(getpid()))
        for number in 0..<entries {
            cache.accepted(keys.key("user\(number)", "", "", "x"), isNewPassword: false, now: Self.start)
        }
        let full = memory.resident ?? 0
        for number in entries..<1_000_000 {
            cache.accepted(
                keys.key("user\(number % 300_000)-\(number)", "", "", "x"),
                isNewPassword: false,
                now: Self.start
            )
            if number % 7 == 0 {
                cache.forget(account: keys.key("user\(number % 300_000)-\(number)", "", "", "y").account)
            }
        }
        #expect(cache.count <= entries)
        let after = memory.resident ?? 0
        // Other tests run at the same time, in the same process.
        #expect(after < full + 128 << 20)
    }
}
