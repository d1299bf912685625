internal import Glibc

/// The part of an Internet address that one customer has: all of IPv4's, the first 64 bits of IPv6's.
package struct AddressBlock: Hashable, Sendable {
    private let isIPv4: Bool
    private let number: UInt64

    /// Whether it is the machine itself, 127.0.0.0/8 or ::1: what comes from there comes for others.
    package let isLoopback: Bool

    /// Reads the host of `host;port`, as libsasl2 writes an address, or a host alone; inet_pton(3).
    ///
    /// `nil` when it is no address. IPv4 inside of IPv6 (`::ffff:192.0.2.1`) is IPv4.
    package init?(_ text: [UInt8]) {
        // Longer than any address, and no terminated string otherwise.
        let host = text.prefix { $0 != UInt8(ascii: ";") }
        guard host.count < 64, !host.contains(0) else { return nil }
        let name = host.map { CChar(bitPattern: $0) } + [0]
        var bytes = [UInt8](repeating: 0, count: 16)
        // SAFETY: the name is terminated, and there is room for an address of either family.
        if unsafe inet_pton(AF_INET, name, &bytes) == 1 {
            self.init(version4: bytes[..<4])
            return
        }
        // SAFETY: as above.
        guard unsafe inet_pton(AF_INET6, name, &bytes) == 1 else { return nil }
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            self.init(version4: bytes[12...])
            return
        }
        let isLoopback = bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
        self.init(isIPv4: false, number: Self.number(bytes[..<8]), isLoopback: isLoopback)
    }

    private init(version4 bytes: ArraySlice<UInt8>) {
        self.init(isIPv4: true, number: Self.number(bytes), isLoopback: bytes.first == 127)
    }

    private init(isIPv4: Bool, number: UInt64, isLoopback: Bool) {
        self.isIPv4 = isIPv4
        self.number = number
        self.isLoopback = isLoopback
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
