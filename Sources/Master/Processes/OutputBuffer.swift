internal import Platform

/// Output for another process that it has not read yet, of limited size.
struct OutputBuffer {
    /// The maximum number of waiting bytes.
    static let limit = 65_536

    private var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }

    /// Adds a message; `false` if the other process has left too much unread.
    mutating func append(_ message: [UInt8]) -> Bool {
        guard bytes.count + message.count <= Self.limit else { return false }
        bytes += message
        return true
    }

    /// Writes as much as `send` takes.
    ///
    /// A peer that is gone is detected when reading.
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
