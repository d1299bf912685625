import Authentication
import HashVectors
import TestSupport
import Testing

@testable import PasswordHash

/// Damaged stored values: none may crash, match a wrong password, or leak into a reason.
@Suite struct DamageTests {
    /// Limits that keep many hashes cheap; costlier ones are refused after they are parsed.
    static let limits = {
        var limits = HashLimits()
        limits.rounds = 100
        limits.bcryptCost = 3
        limits.memory = 1 << 18
        limits.memoryTraffic = 1 << 18
        return limits
    }()

    private func check(_ stored: [UInt8], _ scheme: HashScheme?) {
        let policy = HashPolicy(scheme: scheme, allowsWeak: true, limits: Self.limits)
        switch verdict(Array("a wrong one".utf8), stored, policy) {
        case .matches: Issue.record("a wrong password matches")
        case .unusable(let reason): #expect(!tells(reason, stored))
        case .differs, .locked: break
        }
    }

    /// Whether `reason` contains eight consecutive bytes of the part after a mark.
    private func tells(_ reason: String, _ stored: [UInt8]) -> Bool {
        let start = (stored.firstIndex(of: UInt8(ascii: "}")) ?? -1) + 1
        let (text, secret) = (Array(reason.utf8), stored[start...])
        return text.indices.dropLast(7).contains { secret.firstRange(of: text[$0..<$0 + 8]) != nil }
    }

    @Test(arguments: Vector.all) func `a truncated hash is harmless`(vector: Vector) {
        let stored = Array(vector.stored.utf8)
        for count in stored.indices { check(Array(stored[..<count]), vector.configured) }
    }

    @Test(arguments: Vector.all) func `a hash with a changed byte is harmless`(vector: Vector) {
        let stored = Array(vector.stored.utf8)
        var random = SeededGenerator(seed: 5)
        for index in stored.indices {
            var changed = stored
            changed[index] =
                [0, UInt8(ascii: "$"), UInt8(ascii: "}"), .random(in: 0...255, using: &random)]
                .randomElement(using: &random) ?? 0
            if index.isMultiple(of: 2) { changed.insert(contentsOf: stored[index...].prefix(3), at: index) }
            check(changed, vector.configured)
        }
    }

    @Test(arguments: HashScheme.allCases) func `a random value matches nothing`(scheme: HashScheme) {
        var random = SeededGenerator(seed: 7)
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

    @Test func `a value longer than any hash is unusable`() {
        for scheme in HashScheme.allCases { check(Array(repeating: UInt8(ascii: "0"), count: 5000), scheme) }
    }

    @Test(arguments: [
        ("secret", "the stored value has no known mark, and no scheme is configured"),
        ("{my secret}", "the stored value has an unknown {SCHEME}"),
        ("{CRAM-MD5}cd3ba7deaad6e5ca23448ba42e379747", "CRAM-MD5 is not supported"),
        ("{SSHA.rot13}frperg", "the stored value has SSHA in an unknown encoding"),
        ("{PLAIN}secret", "PLAIN is weak; to accept it, name it in scheme= or set allow_weak=yes"),
        ("{SSHA}secret", "the SSHA hash is damaged"),
        ("{SHA.HEX}secret", "the SHA1 hash is damaged"),
        ("{CRYPT}secret", "the CRYPT hash is damaged"),
    ])
    func `a reason names the scheme and the problem`(stored: String, reason: String) {
        #expect(verdict("secret", stored) == .unusable(reason))
    }
}
