internal import Glibc

/// A numeric address of IPv4 or IPv6; inet_pton(3).
package enum InternetAddress: Hashable, Sendable {
    case version4(UInt32)
    /// The first and the last 64 bits.
    case version6(UInt64, UInt64)

    /// Parses an address; `nil` for anything else, including names and addresses with a zone.
    ///
    /// An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is IPv4.
    package init?(_ text: ArraySlice<UInt8>) {
        // Longer than any address, or not a C string.
        guard !text.isEmpty, text.count < 64, !text.contains(0) else { return nil }
        let name = text.map { CChar(bitPattern: $0) } + [0]
        var bytes = [UInt8](repeating: 0, count: 16)
        // SAFETY: the name is null-terminated, and the array has room for an address of either family.
        if unsafe inet_pton(AF_INET, name, &bytes) == 1 {
            self = .version4(UInt32(Self.number(bytes[..<4])))
            return
        }
        // SAFETY: as above.
        guard unsafe inet_pton(AF_INET6, name, &bytes) == 1 else { return nil }
        let (first, last) = (Self.number(bytes[..<8]), Self.number(bytes[8...]))
        self = first == 0 && last >> 32 == 0xFFFF ? .version4(UInt32(truncatingIfNeeded: last)) : .version6(first, last)
    }

    /// Whether it is a loopback address, 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        switch self {
        case .version4(let number): number >> 24 == 127
        case .version6(let first, let last): first == 0 && last == 1
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
