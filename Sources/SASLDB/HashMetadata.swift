/// Checks those fields in the first page of a Berkeley DB hash that control what libdb does with the rest.
///
/// DB->verify trusts them before it checks the pages: if the page declares partitions, libdb creates that many, and
/// allocates memory for them.
enum HashMetadata {
    /// What is wrong with the page.
    enum Problem: Error, Hashable {
        /// Perhaps intact, but not created by saslpasswd2(8).
        case partitioned, encrypted
        case damaged
    }

    /// The number of bytes that are checked.
    static let length = 72

    private static let magic: UInt32 = 0x0006_1561
    /// P_HASHMETA.
    private static let type: UInt8 = 8
    /// Since libdb 3.1; the library decides which of them it can open.
    private static let versions: ClosedRange<UInt32> = 7...10
    private static let pageSizes: ClosedRange<UInt32> = 512...65_536
    private static let flagsOfPartitions: UInt8 = 0x02 | 0x04

    /// Checks `bytes`, the beginning of a file of `size` bytes, in either byte order; returns the size of a page.
    @discardableResult
    static func check(_ bytes: Span<UInt8>, size: Int) throws(Problem) -> Int {
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
        // Pages are written before the first page refers to them.
        let (lastPage, firstFree) = (Int(number(32)), Int(number(28)))
        guard lastPage < size / Int(pageSize), firstFree <= lastPage else { throw .damaged }
        return Int(pageSize)
    }

    private static func word(at offset: Int, of bytes: Span<UInt8>) -> UInt32 {
        var word: UInt32 = 0
        for index in (offset..<offset + 4).reversed() { word = word << 8 | UInt32(bytes[index]) }
        return word
    }
}
