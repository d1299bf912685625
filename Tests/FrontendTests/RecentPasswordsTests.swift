import Authentication
import Digests
import Platform
import Testing

@testable import Frontend

@Suite struct KnownPasswordsTests {
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
        var known = KnownPasswords()
        known.accepted(values[0], now: CredentialCacheTests.start)
        known.accepted(values[1], now: CredentialCacheTests.start)
        known.refused(values[1])
        var found = values.map { known.contains($0, now: CredentialCacheTests.at(86_399_999)) }
        #expect(found == [true, false, false])
        found = values.map { known.contains($0, now: CredentialCacheTests.at(86_400_000)) }
        #expect(found == [false, false, false])
        #expect(known.count == 0)
    }

    @Test func `there are no more than may be, and the oldest goes`() throws {
        let values = try Self.values(4)
        var known = KnownPasswords(limits: .init(entries: 3))
        for value in values[..<3] { known.accepted(value, now: CredentialCacheTests.start) }
        known.accepted(values[0], now: CredentialCacheTests.at(1))
        known.accepted(values[3], now: CredentialCacheTests.at(2))
        let found = values.map { known.contains($0, now: CredentialCacheTests.at(3)) }
        #expect(found == [true, false, true, true])
    }
}
