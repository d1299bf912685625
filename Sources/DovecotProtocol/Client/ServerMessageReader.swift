package import Authentication

/// Assembles a server's lines from the pieces in which they arrive.
package struct ServerMessageReader: Sendable {
    /// The beginning of an incomplete line; the server's lines contain no secrets.
    private var held: [UInt8] = []

    package init() {}

    /// The next message, taken from `piece`; `nil` when more input is needed, and `piece` is then empty.
    @_lifetime(piece: copy piece)
    package mutating func next(_ piece: inout Span<UInt8>) throws(MalformedServerLine) -> ServerMessage? {
        guard let end = piece.firstIndex(of: UInt8(ascii: "\n")) else {
            for index in piece.indices { held.append(piece[index]) }
            piece = piece.extracting(first: 0)
            try Self.checkLength(held.span)
            return nil
        }
        let rest = piece.extracting(first: end)
        piece = piece.extracting(droppingFirst: end + 1)
        guard !held.isEmpty else {
            try Self.checkLength(rest)
            return try Self.message(rest)
        }
        for index in rest.indices { held.append(rest[index]) }
        defer { held.removeAll(keepingCapacity: true) }
        try Self.checkLength(held.span)
        return try Self.message(held.span)
    }

    /// Throws where `line`, whole or not, is too long with its line break.
    private static func checkLength(_ line: Span<UInt8>) throws(MalformedServerLine) {
        guard line.count < LineLimit.line else { throw MalformedServerLine(line) }
    }

    private static func message(_ line: Span<UInt8>) throws(MalformedServerLine) -> ServerMessage {
        let hasReturn = !line.isEmpty && line[line.count - 1] == UInt8(ascii: "\r")
        guard let message = ServerMessage(hasReturn ? line.extracting(first: line.count - 1) : line) else {
            throw MalformedServerLine(line)
        }
        return message
    }
}

/// A line that no server of the protocol sends.
package struct MalformedServerLine: Error, Hashable, Sendable {
    private static let shown = 100

    /// Its beginning.
    package let beginning: ByteString

    init(_ line: Span<UInt8>) {
        beginning = ByteString(copying: line.extracting(first: min(line.count, Self.shown)))
    }
}
