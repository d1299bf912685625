internal import Platform

/// Lines that have come from another process, of limited length.
struct LineReader {
    /// A line that is longer than any may be.
    struct TooLong: Error {}

    /// The longest line, without its end, in bytes.
    static let longestLine = 4096

    /// What has come of a line that is not whole; it holds no end of a line.
    private var rest: [UInt8] = []

    /// Takes what has come, and gives the lines that are whole now.
    mutating func take(_ bytes: ArraySlice<UInt8>) throws(TooLong) -> [String] {
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

/// Bytes for another process that has not taken them yet, of limited number.
struct OutputBuffer {
    /// The most bytes that wait.
    static let limit = 65_536

    private var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }

    /// Adds a line; `false` when the other process has left too much waiting.
    mutating func append(_ line: String) -> Bool {
        guard bytes.count + line.utf8.count < Self.limit else { return false }
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
        return true
    }

    /// Writes what there is room for, by `send`.
    ///
    /// That the other side has ended is seen by reading.
    mutating func flush(_ send: (Span<UInt8>) throws(SystemError) -> Transfer) throws(SystemError) {
        while !bytes.isEmpty {
            switch try send(bytes.span) {
            case .bytes(let count): bytes.removeFirst(count)
            case .wouldBlock: return
            case .ended: bytes = []
            }
        }
    }
}
