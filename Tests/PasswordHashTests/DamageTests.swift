import Authentication
import HashVectors
import Testing

@testable import PasswordHash

/// Stored values that no program wrote: nothing may crash, match a wrong password, or be told in a reason.
@Suite struct DamageTests {
    /// Limits under which the many are cheap; what asks for more is refused after it was read.
    static let limits = {
        var limits = HashLimits()
        limits.rounds = 100
        limits.bcryptCost = 3
        limits.memory = 1 << 18
        limits.memoryTraffic = 1 << 18
        return limits
    }()

    /// Numbers that are the same in each run.
    struct Sequence: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private func check(_ stored: [UInt8], _ scheme: HashScheme?) {
        let policy = HashPolicy(scheme: scheme, allowsWeak: true, limits: Self.limits)
        switch verdict(Array("a wrong one".utf8), stored, policy) {
        case .matches: Issue.record("a wrong password matches")
        case .unusable(let reason): #expect(!tells(reason, stored))
        case .differs, .locked: break
        }
    }

    /// Whether eight bytes of what stands behind a mark are in `reason`.
    private func tells(_ reason: String, _ stored: [UInt8]) -> Bool {
        let start = (stored.firstIndex(of: UInt8(ascii: "}")) ?? -1) + 1
        let (told, secret) = (Array(reason.utf8), stored[start...])
        return told.indices.dropLast(7).contains { secret.firstRange(of: told[$0..<$0 + 8]) != nil }
    }

    @Test(arguments: Vector.all) func `a hash may end anywhere`(vector: Vector) {
        let stored = Array(vector.stored.utf8)
        for count in stored.indices { check(Array(stored[..<count]), vector.configured) }
    }

    @Test(arguments: Vector.all) func `any byte of a hash may be another`(vector: Vector) {
        let stored = Array(vector.stored.utf8)
        var random = Sequence(state: 5)
        for index in stored.indices {
            var changed = stored
            changed[index] =
                [0, UInt8(ascii: "$"), UInt8(ascii: "}"), .random(in: 0...255, using: &random)]
                .randomElement(using: &random) ?? 0
            if index.isMultiple(of: 2) { changed.insert(contentsOf: stored[index...].prefix(3), at: index) }
            check(changed, vector.configured)
        }
    }

    @Test(arguments: HashScheme.allCases) func `a value of any bytes is of no use`(scheme: HashScheme) {
        var random = Sequence(state: 7)
        for count in 0..<60 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let characters = (0..<count).map { _ in UInt8.random(in: 0x24...0x7A, using: &random) }
            for stored in [
                bytes, characters, Array("{\(scheme.name)}".utf8) + bytes, Array("{\(scheme.name)}".utf8) + characters,
            ] {
                check(stored, scheme)
            }
            check(Array("{\(scheme.name).B64}".utf8) + characters, nil)
            check(Array("{\(scheme.name).HEX}".utf8) + characters, nil)
        }
    }

    @Test func `a value longer than any hash is of no use`() {
        for scheme in HashScheme.allCases { check(Array(repeating: UInt8(ascii: "0"), count: 5000), scheme) }
    }

    @Test(arguments: [
        ("secret", "the stored value has no mark that is known, and no scheme is configured for such"),
        ("{my secret}", "the stored value has a {SCHEME} that is not known"),
        ("{CRAM-MD5}cd3ba7deaad6e5ca23448ba42e379747", "CRAM-MD5 is not supported"),
        ("{SSHA.rot13}frperg", "the stored value has SSHA in an encoding that is not known"),
        ("{PLAIN}secret", "PLAIN is weak; it is taken where scheme= names it, or with allow_weak=yes"),
        ("{SSHA}secret", "the SSHA hash is damaged"),
        ("{SHA.HEX}secret", "the SHA1 hash is damaged"),
        ("{CRYPT}secret", "the CRYPT hash is damaged"),
    ])
    func `a reason names the scheme and the problem`(stored: String, reason: String) {
        #expect(verdict("secret", stored) == .unusable(reason))
    }
}
