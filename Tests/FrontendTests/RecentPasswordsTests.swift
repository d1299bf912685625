import Authentication
import Digests
import Folding
import Platform
import Testing

@testable import Frontend

@Suite struct RecentPasswordsTests {
    /// Values that differ, as those of passwords do.
    static func values(_ count: Int) throws -> [KeyedHash.Value] {
        guard let hash = KeyedHash.withNewKey() else { throw CancellationError() }
        var values: [KeyedHash.Value] = []
        for number in 0..<count {
            let bytes = Array("\(number)".utf8)
            values.append(hash.value { $0.add(bytes.span) })
        }
        return values
    }

    @Test func `what was accepted is known for a day, and not when it was refused since`() throws {
        let values = try Self.values(3)
        var known = RecentPasswords()
        known.insert(values[0], of: nil, now: CredentialCacheTests.start)
        known.insert(values[1], of: nil, now: CredentialCacheTests.start)
        known.remove(values[1])
        var found = values.map { known.contains($0, now: CredentialCacheTests.at(86_399_999)) }
        #expect(found == [true, false, false])
        found = values.map { known.contains($0, now: CredentialCacheTests.at(86_400_000)) }
        #expect(found == [false, false, false])
        #expect(known.count == 0)
    }

    @Test func `there are no more than may be, and the oldest goes`() throws {
        let values = try Self.values(4)
        var known = RecentPasswords(limits: .init(entries: 3))
        for value in values[..<3] { known.insert(value, of: nil, now: CredentialCacheTests.start) }
        known.insert(values[0], of: nil, now: CredentialCacheTests.at(1))
        known.insert(values[3], of: nil, now: CredentialCacheTests.at(2))
        let found = values.map { known.contains($0, now: CredentialCacheTests.at(3)) }
        #expect(found == [true, false, true, true])
    }

    @Test func `one account cannot push out the others`() throws {
        let values = try Self.values(101)
        var known = RecentPasswords(limits: .init(entries: 90))
        known.insert(values[100], of: FoldedName("bob"), now: CredentialCacheTests.start)
        for (number, value) in values[..<100].enumerated() {
            known.insert(value, of: FoldedName("alice"), now: CredentialCacheTests.at(number))
        }
        let others = known.contains(values[100], now: CredentialCacheTests.at(100))
        let first = known.contains(values[0], now: CredentialCacheTests.at(100))
        let last = known.contains(values[99], now: CredentialCacheTests.at(100))
        #expect(others && !first && last && known.count == 65)
    }

    @Test func `places are numbers below the limit`() throws {
        let values = try Self.values(50)
        var known = RecentPasswords(limits: .init(entries: 8, entriesOfAccount: 3))
        var kept: Set<Int> = []
        for (number, value) in values.enumerated() {
            let place = known.insert(
                value,
                of: FoldedName(ByteString("user\(number % 4)")),
                now: CredentialCacheTests.at(number)
            )
            for freed in place.freed { kept.remove(freed) }
            kept.insert(place.place)
            #expect((0..<8).contains(place.place) && kept.count == known.count, "no number is left over")
        }
    }
}
