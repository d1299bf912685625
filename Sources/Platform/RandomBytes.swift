internal import Glibc

/// Bytes from the system's cryptographic generator, fetched in advance; getentropy(3).
///
/// No byte is handed out twice.
package struct RandomBytes: ~Copyable {
    /// The most that one call gives.
    private static let supply = 256

    private var bytes: [UInt8] = []

    package init() {}

    /// The next `count` bytes, at most 256.
    package mutating func next(_ count: Int) -> [UInt8] {
        precondition(count <= Self.supply)
        if bytes.count < count { bytes = Self.fetch() }
        let taken = Array(bytes.suffix(count))
        bytes.removeLast(count)
        return taken
    }

    private static func fetch() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: supply)
        // SAFETY: the call gets the length of the array.
        guard unsafe getentropy(&bytes, bytes.count) == 0 else { fatalError("there are no random bytes: \(errno)") }
        return bytes
    }
}
