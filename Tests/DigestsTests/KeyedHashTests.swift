import Testing

@testable import Digests

@Suite struct KeyedHashTests {
    private func value(_ hash: borrowing KeyedHash, _ parts: [[UInt8]]) -> KeyedHash.Value {
        hash.value { sequence in
            for part in parts { sequence.add(part.span) }
        }
    }

    @Test func `the same sequence has the same value, under one key`() throws {
        guard let first = KeyedHash.withNewKey(), let second = KeyedHash.withNewKey() else {
            Issue.record("OpenSSL has no HMAC")
            return
        }
        let parts: [[UInt8]] = [[1, 2], [3]]
        let values = [value(first, parts), value(first, parts), value(second, parts)]
        #expect(values[0] == values[1])
        #expect(values[0] != values[2])
    }

    @Test func `the same bytes, split or ordered differently, have another value`() throws {
        guard let hash = KeyedHash.withNewKey() else {
            Issue.record("OpenSSL has no HMAC")
            return
        }
        var seen: Set<KeyedHash.Value> = []
        var count = 0
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        for first in 0...10 {
            for second in first...10 {
                seen.insert(
                    value(hash, [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])])
                )
                count += 1
            }
        }
        for parts: [[UInt8]] in [[], [[]], [[], []], [bytes], [bytes, []], [[], bytes], [bytes.reversed()]] {
            seen.insert(value(hash, parts))
            count += 1
        }
        #expect(seen.count == count)
    }
}
