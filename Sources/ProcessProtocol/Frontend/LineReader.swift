/// Splits the input from another process into lines of limited length.
package struct LineReader {
    /// A line is longer than `longestLine`.
    package struct TooLong: Error {}

    package init() {}

    /// The maximum length of a line without its line break, in bytes.
    package static let longestLine = 4096

    /// The beginning of an incomplete line, without a line break.
    private var rest: [UInt8] = []

    /// Takes received bytes and returns the lines that are now complete.
    package mutating func take(_ bytes: ArraySlice<UInt8>) throws(TooLong) -> [String] {
        var lines: [String] = []
        var bytes = bytes
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            try append(bytes[..<end])
            lines.append(String(decoding: rest, as: UTF8.self))
            rest.removeAll(keepingCapacity: true)
            bytes = bytes[(end + 1)...]
        }
        try append(bytes)
        return lines
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws(TooLong) {
        guard rest.count + bytes.count <= Self.longestLine else { throw TooLong() }
        rest += bytes
    }
}
