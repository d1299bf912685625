import Authentication
import CommandLine
import Folding
import Platform
import Testing

@testable import Frontend

@Suite struct AccountNamesTests {
    static let now = CredentialCacheTests.start

    @Test func `the realm counts where all mechanisms use it, or with -r`() {
        let names = AccountNames(joinsRealm: false)
        let pam = names.account(login: "Alice", realm: "one", of: ["pam"])
        #expect(pam.account == FoldedName("alice") && pam.all() == [FoldedName("alice")])
        #expect(names.account(login: "alice", realm: "two", of: ["pam"]).account == pam.account)
        let sasldb = names.account(login: "alice", realm: "One", of: ["sasldb"])
        #expect(sasldb.account == FoldedName("alice@one"))
        let both = names.account(login: "alice", realm: "one", of: ["sasldb", "pam"])
        #expect(both.account == FoldedName("alice"), "pam could be guessed by ever other realms")
        let joined = AccountNames(joinsRealm: true).account(login: "alice@one", realm: "one", of: ["pam"])
        #expect(joined.account == FoldedName("alice@one"))
    }

    @Test func `a name is learned for one spelling in one realm, and unlearned when it is another`() {
        var names = AccountNames(joinsRealm: false)
        func request(_ login: ByteString, _ realm: ByteString = "") -> RequestedAccount {
            names.account(login: login, realm: realm, of: ["mysql"])
        }
        #expect(names.learn("alice@one", for: request("alice", "one"), now: Self.now) == FoldedName("alice@one"))
        #expect(names.learn("alice@two", for: request("alice", "two"), now: Self.now) == FoldedName("alice@two"))
        #expect(request("ALICE", "one").account == FoldedName("alice@one"))
        #expect(request("alice", "two").account == FoldedName("alice@two"))
        #expect(request("alice", "two").all() == [FoldedName("alice"), FoldedName("alice@two")])
        // An alias moves from one to the other, and back to itself.
        #expect(names.learn("bob", for: request("sales"), now: Self.now) == FoldedName("bob"))
        #expect(names.learn("eve", for: request("sales"), now: Self.now) == FoldedName("eve"))
        #expect(request("bob").account == FoldedName("bob"))
        #expect(request("sales").account == FoldedName("eve"))
        #expect(names.learn("Sales", for: request("sales"), now: Self.now) == FoldedName("sales"))
        #expect(request("sales").account == FoldedName("sales"))
    }

    @Test func `ever other spellings leave no more than may be`() {
        var names = AccountNames(joinsRealm: true)
        for number in 0..<20_100 {
            let request = names.account(login: ByteString("user\(number)"), realm: "", of: [])
            _ = names.learn("alice", for: request, now: Self.now)
        }
        #expect(names.account(login: "user0", realm: "", of: []).account == FoldedName("user0"))
        #expect(names.account(login: "user20099", realm: "", of: []).account == FoldedName("alice"))
    }
}

@Suite struct AccountChangesTests {
    static let alice: Set = [FoldedName("alice")]
    static let bob: Set = [FoldedName("bob"), FoldedName("robert")]

    @Test func `what was found out before a change is old, of the accounts that have changed alone`() {
        var changes = AccountChanges()
        let before = changes.count
        changes.add(Self.alice)
        #expect(changes.hasChanged(Self.alice, since: before) && !changes.hasChanged(Self.bob, since: before))
        #expect(!changes.hasChanged(Self.alice, since: changes.count))
        changes.add([FoldedName("robert")])
        #expect(changes.hasChanged(Self.bob, since: before), "by one of its names")
        changes.addAll()
        #expect(changes.hasChanged([FoldedName("carol")], since: before))
        #expect(!changes.hasChanged([FoldedName("carol")], since: changes.count))
    }

    @Test func `where too many have changed, all have`() {
        var changes = AccountChanges()
        let before = changes.count
        for number in 0...20_000 { changes.add([FoldedName(ByteString("user\(number)"))]) }
        #expect(changes.hasChanged([FoldedName("carol")], since: before))
    }
}

@Suite struct CredentialMemoryTests {
    static let now = CredentialCacheTests.start
    static let joe = FoldedName("joe")
    static let dom = FoldedName("dom")

    private static func memory() throws -> CredentialMemory {
        let options = try ServiceOptions(words: ["-c"])
        return CredentialMemory(options, mechanism: "x", seesAddress: false, previous: nil, record: nil)
    }

    private static func request(_ login: ByteString, _ password: String, _ service: ByteString = "smtp") -> AuthRequest
    {
        let bytes = Array(password.utf8)
        return AuthRequest(login: login, password: Secret(copying: bytes.span), service: service, realm: "", remote: "")
    }

    /// `nil` for a hit.
    private static func trace(_ memory: CredentialMemory, _ password: String, _ service: ByteString = "smtp")
        -> CredentialMemory.Trace?
    {
        switch memory.look(at: request("joe", password, service), now: now) {
        case .hit: nil
        case .miss(let trace): trace
        }
    }

    @Test func `a refusal drops what was cached before the mechanism had another name for the account`() throws {
        let memory = try Self.memory()
        let first = try #require(Self.trace(memory, "old", "s1"))
        memory.learn(.accepted, of: first, at: Self.joe, all: [Self.joe], now: Self.now)
        let wrong = try #require(Self.trace(memory, "wrong", "s2"))
        memory.learn(.refused(.wrongPassword), of: wrong, at: Self.dom, all: [Self.joe, Self.dom], now: Self.now)
        #expect(Self.trace(memory, "old", "s1") != nil && memory.cacheCount == 0)
    }

    @Test func `what was right when it was looked at is not cached after a refusal, a flush or a new password`() throws
    {
        for change in 0..<3 {
            let memory = try Self.memory()
            let slow = try #require(Self.trace(memory, "old"))
            switch change {
            case 0:
                let wrong = try #require(Self.trace(memory, "wrong"))
                memory.learn(.refused(.wrongPassword), of: wrong, at: Self.joe, all: [Self.joe], now: Self.now)
            case 1: _ = memory.flush([Self.joe])
            default:
                let new = try #require(Self.trace(memory, "new"))
                memory.learn(.accepted, of: new, at: Self.joe, all: [Self.joe], now: Self.now)
            }
            memory.learn(.accepted, of: slow, at: Self.joe, all: [Self.joe], now: Self.now)
            #expect(Self.trace(memory, "old") != nil, "it is for the mechanism to say")
        }
    }

    @Test func `a password that was right is known until it was refused, for its service alone`() throws {
        let memory = try Self.memory()
        let first = try #require(Self.trace(memory, "right"))
        memory.learn(.accepted, of: first, at: Self.joe, all: [Self.joe], now: Self.now)
        _ = memory.flush()
        #expect(try #require(Self.trace(memory, "right")).isKnown)
        #expect(try !#require(Self.trace(memory, "right", "su")).isKnown)
        let again = try #require(Self.trace(memory, "right"))
        memory.learn(.refused(.wrongPassword), of: again, at: Self.joe, all: [Self.joe], now: Self.now)
        #expect(try !#require(Self.trace(memory, "right")).isKnown)
    }

    @Test func `a password that was turned away and comes again is told from a new one`() throws {
        let memory = try Self.memory()
        let trace = try #require(Self.trace(memory, "right"))
        memory.turnedAway(trace, now: Self.now)
        #expect(try #require(Self.trace(memory, "right")).isRepeated)
        #expect(try !#require(Self.trace(memory, "other")).isRepeated)
    }
}
