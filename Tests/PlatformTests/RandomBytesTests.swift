import Platform
import Testing

@Suite struct RandomBytesTests {
    @Test func `any number of bytes is there, and none of them twice`() {
        var random = RandomBytes()
        var seen: Set<[UInt8]> = []
        for _ in 0..<1_000 { seen.insert(random.next(24)) }
        #expect(seen.count == 1_000 && seen.allSatisfy { $0.count == 24 })
        let (none, most) = (random.next(0), random.next(256))
        #expect(none.isEmpty && most.count == 256)
        // Of 256 values, about 162 occur among 256 random bytes.
        #expect(Set(most).count > 100)
    }
}
