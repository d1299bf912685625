import SASLDB
import Testing

@Suite struct SASLDBFormatTests {
    static func prefix(_ word: UInt32, at offset: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SASLDBFormat.prefixLength)
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(index))) }
        return bytes
    }

    @Test(arguments: [
        (UInt32(0x0006_1561), 12, SASLDBFormat.berkeleyHash),
        (0x6115_0600, 12, .berkeleyHash),
        (0x0005_3162, 12, .berkeleyOther),
        (0x1357_9ACF, 0, .gdbm),
        (0x1357_9ACD, 0, .gdbm),
        (0xCF9A_5713, 0, .gdbm),
        (0xBEEF_C0DE, 16, .lmdb),
        (0x1234_5678, 12, .unknown),
    ])
    func `a format is known by its magic number`(word: UInt32, offset: Int, format: SASLDBFormat) {
        let bytes = Self.prefix(word, at: offset)
        #expect(SASLDBFormat(prefix: bytes.span) == format)
    }

    @Test(arguments: 0..<16)
    func `a file too short for a magic number is not a database`(count: Int) {
        let bytes = Array(Self.prefix(0x0006_1561, at: 12)[..<count])
        #expect(SASLDBFormat(prefix: bytes.span) == (count == 0 ? .empty : .unknown))
    }
}
