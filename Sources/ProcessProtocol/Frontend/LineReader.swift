/// Lines that have come from another process, of limited length.
package struct LineReader {
    /// A line that is longer than any may be.
    package struct TooLong: Error {}

    package init() {}

    /// The longest line, without its end, in bytes.
    package static let longestLine = 4096

    /// What has come of a line that is not whole; it holds no end of a line.
    private var rest: [UInt8] = []

    /// Takes what has come, and gives the lines that are whole now.
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
