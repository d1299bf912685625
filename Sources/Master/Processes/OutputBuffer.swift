internal import Platform

/// Bytes for another process that has not taken them yet, of limited number.
struct OutputBuffer {
    /// The most bytes that wait.
    static let limit = 65_536

    private var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }

    /// Adds a message; `false` when the other process has left too much waiting.
    mutating func append(_ message: [UInt8]) -> Bool {
        guard bytes.count + message.count <= Self.limit else { return false }
        bytes += message
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
