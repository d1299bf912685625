internal import Glibc

/// A numerical address of IPv4 or IPv6; inet_pton(3).
package enum InternetAddress: Hashable, Sendable {
    case version4(UInt32)
    /// The first 64 bits and the last.
    case version6(UInt64, UInt64)

    /// Reads an address; `nil` for anything else, names and addresses with a zone among them.
    ///
    /// IPv4 inside of IPv6 (`::ffff:192.0.2.1`) is IPv4.
    package init?(_ text: ArraySlice<UInt8>) {
        // Longer than any address, and no terminated string otherwise.
        guard !text.isEmpty, text.count < 64, !text.contains(0) else { return nil }
        let name = text.map { CChar(bitPattern: $0) } + [0]
        var bytes = [UInt8](repeating: 0, count: 16)
        // SAFETY: the name is terminated, and there is room for an address of either family.
        if unsafe inet_pton(AF_INET, name, &bytes) == 1 {
            self = .version4(UInt32(Self.number(bytes[..<4])))
            return
        }
        // SAFETY: as above.
        guard unsafe inet_pton(AF_INET6, name, &bytes) == 1 else { return nil }
        let (first, last) = (Self.number(bytes[..<8]), Self.number(bytes[8...]))
        self = first == 0 && last >> 32 == 0xFFFF ? .version4(UInt32(truncatingIfNeeded: last)) : .version6(first, last)
    }

    /// Whether it is the machine itself, 127.0.0.0/8 or ::1.
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
