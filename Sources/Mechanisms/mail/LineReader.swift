internal import Authentication

/// Splits what arrives on a connection into lines, up to a limit.
///
/// A line ends with CR LF, or with LF alone.
struct LineReader {
    private let readsLiterals: Bool
    private var rest: [UInt8] = []
    private var heard = 0
    /// How many bytes of a literal are still to come.
    private var literal = 0

    /// The longest line, and the most bytes in total.
    static let longestLine = 8_192
    static let limit = 65_536

    /// `readsLiterals`: an IMAP server's data may contain literals, whose bytes are not lines; they are dropped.
    init(readsLiterals: Bool = false) {
        self.readsLiterals = readsLiterals
    }

    /// Takes a piece and gives the lines that it completes; `nil` above a limit.
    mutating func take(_ piece: Span<UInt8>) -> [[UInt8]]? {
        heard += piece.count
        guard heard <= Self.limit else { return nil }
        var lines: [[UInt8]] = []
        for index in piece.indices {
            guard literal == 0 else {
                literal -= 1
                continue
            }
            guard piece[index] == UInt8(ascii: "\n") else {
                rest.append(piece[index])
                // The carriage return of the end does not count.
                let isCarriageReturn = piece[index] == UInt8(ascii: "\r")
                guard rest.count <= Self.longestLine + (isCarriageReturn ? 1 : 0) else { return nil }
                continue
            }
            if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
            if readsLiterals, let (start, length) = IMAPReply.literal(atEndOf: rest) {
                guard length <= Self.limit else { return nil }
                rest.removeSubrange(start...)
                literal = length
                continue
            }
            lines.append(rest)
            rest = []
        }
        return lines
    }
}
