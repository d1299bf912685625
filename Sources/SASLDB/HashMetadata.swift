/// The first page of a Berkeley DB hash, as far as it says what libdb will do with the rest.
///
/// DB->verify believes much of it before it looks whether the pages belong together: of one that speaks of partitions it makes as many
/// as the page says, and takes the memory for them.
enum HashMetadata {
    /// What is wrong with a page.
    enum Problem: Error, Hashable {
        /// Not damaged, perhaps, but nothing that saslpasswd2(8) makes.
        case partitioned, encrypted
        case damaged
    }

    /// How many bytes of the page are looked at.
    static let length = 72

    private static let magic: UInt32 = 0x0006_1561
    /// P_HASHMETA.
    private static let type: UInt8 = 8
    /// From libdb 3.1 on; which of them can be opened the library says.
    private static let versions: ClosedRange<UInt32> = 7...10
    private static let pageSizes: ClosedRange<UInt32> = 512...65_536
    private static let flagsOfPartitions: UInt8 = 0x02 | 0x04

    /// Looks at the beginning `bytes` of a file of `size` bytes, in either byte order.
    static func check(_ bytes: Span<UInt8>, size: Int) throws(Problem) {
        guard bytes.count >= length else { throw .damaged }
        let isSwapped = word(at: 12, of: bytes) != magic
        func number(_ offset: Int) -> UInt32 {
            isSwapped ? word(at: offset, of: bytes).byteSwapped : word(at: offset, of: bytes)
        }
        guard number(12) == magic, number(8) == 0, bytes[25] == type else { throw .damaged }
        guard bytes[24] == 0 else { throw .encrypted }
        guard bytes[26] & flagsOfPartitions == 0, number(36) == 0 else { throw .partitioned }
        let pageSize = number(20)
        guard
            bytes[26] == 0, versions.contains(number(16)), pageSizes.contains(pageSize),
            pageSize & (pageSize - 1) == 0
        else { throw .damaged }
        // Pages are written before the first one speaks of them.
        let (lastPage, firstFree) = (Int(number(32)), Int(number(28)))
        guard lastPage < size / Int(pageSize), firstFree <= lastPage else { throw .damaged }
    }

    private static func word(at offset: Int, of bytes: Span<UInt8>) -> UInt32 {
        var word: UInt32 = 0
        for index in (offset..<offset + 4).reversed() { word = word << 8 | UInt32(bytes[index]) }
        return word
    }
}
