extension Span<UInt8> {
    /// Where `part` begins first; `nil` if it is nowhere, or empty.
    ///
    /// For many searches in short texts: `String.contains` prepares a table for each, which takes longer than to look at a line.
    package func firstIndex(of part: Span<UInt8>, ignoringASCIICase: Bool = false) -> Int? {
        guard !part.isEmpty, count >= part.count else { return nil }
        let mask: UInt8 = ignoringASCIICase ? 0x20 : 0
        for start in 0...count - part.count {
            var length = 0
            while length < part.count, Self.areEqual(self[start + length], part[length], mask) { length += 1 }
            if length == part.count { return start }
        }
        return nil
    }

    /// With a `mask` of 0x20, whether the bytes are the same letter.
    private static func areEqual(_ left: UInt8, _ right: UInt8, _ mask: UInt8) -> Bool {
        left == right || left ^ right == mask && (0x61...0x7A).contains(left | mask)
    }
}
