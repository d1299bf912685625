internal import Authentication

/// Cuts what comes over a connection into lines; the amount is limited.
struct LineReader {
    private var rest: [UInt8] = []
    private var heard = 0

    /// How long a line may be, and how much all of them together, in bytes.
    static let longestLine = 8_192
    static let limit = 65_536

    /// Takes a piece; `nil` when it is too much.
    mutating func take(_ piece: Span<UInt8>) -> [[UInt8]]? {
        heard += piece.count
        guard heard <= Self.limit else { return nil }
        var lines: [[UInt8]] = []
        for index in piece.indices {
            guard piece[index] == UInt8(ascii: "\n") else {
                rest.append(piece[index])
                continue
            }
            if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
            lines.append(rest)
            rest = []
        }
        return rest.count <= Self.longestLine && lines.allSatisfy { $0.count <= Self.longestLine } ? lines : nil
    }
}
