import Authentication
import Digests
import Platform
import Testing

@testable import Frontend

@Suite struct PasswordRecordTests {
    private static let now = Instant(nanoseconds: 5_000)

    private static func entry(_ number: UInt64, _ time: UInt64) -> PasswordRecord.Entry {
        .init(password: KeyedHash.Value(high: number, low: ~number), time: Instant(nanoseconds: time))
    }

    /// Two records over one file, as two frontends have it.
    private struct Pair: ~Copyable {
        let writer: PasswordRecord
        let reader: PasswordRecord

        init() throws {
            let memory = try SharedMemory.make("test", size: 1 << 20)
            reader = PasswordRecord(try OwnedDescriptor.copy(of: memory.rawValue))
            writer = PasswordRecord(memory)
        }
    }

    private static func bytes(_ secret: consuming Secret?) -> [UInt8]? {
        switch consume secret {
        case .some(let secret): [UInt8](copying: secret.span)
        case nil: nil
        }
    }

    @Test func `what one frontend writes the next one reads, with the key and the oldest first`() throws {
        let pair = try Pair()
        guard let drawn = Self.bytes(KeyedHash.newKey()) else { throw CancellationError() }
        let key = Secret(copying: drawn.span)
        pair.writer.begin(key: key)
        pair.writer.set(0, to: Self.entry(1, 300))
        pair.writer.set(19_999, to: Self.entry(2, 100))
        pair.writer.set(7, to: Self.entry(3, 200))
        pair.writer.set(8, to: Self.entry(4, 200))
        pair.writer.set(8, to: nil)
        let read = Self.bytes(pair.reader.readKey())
        #expect(read == drawn)
        #expect(pair.reader.readEntries(now: Self.now) == [Self.entry(2, 100), Self.entry(3, 200), Self.entry(1, 300)])
    }

    @Test func `an empty file, one of another version and times that have not come say nothing`() throws {
        let pair = try Pair()
        let none = Self.bytes(pair.reader.readKey())
        #expect(none == nil && pair.reader.readEntries(now: Self.now) == [])
        pair.writer.set(0, to: Self.entry(1, 5_001))
        #expect(pair.reader.readEntries(now: Self.now) == [])
        let other = try SharedMemory.make("other", size: 1 << 20)
        _ = try other.write(Array("SASLPW99 and more than forty bytes of something".utf8).span, at: 0)
        let refused = Self.bytes(PasswordRecord(other).readKey())
        #expect(refused == nil)
    }

    @Test func `a file has room for all passwords that are remembered`() {
        #expect(PasswordRecord.places(in: 1 << 20) >= RecentPasswords.Limits().entries)
    }

    @Test func `a frontend whose file was sealed goes on`() throws {
        let memory = try SharedMemory.make("test", size: 1 << 20)
        try SharedMemory.seal(memory)
        let record = PasswordRecord(memory)
        record.set(0, to: Self.entry(1, 1))
        #expect(record.readEntries(now: Self.now) == [])
    }
}
