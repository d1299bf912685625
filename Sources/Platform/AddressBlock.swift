internal import Glibc

/// A part of the Internet's addresses that is likely to be one customer's: an address of IPv4, or the first 64, 56 or 48 bits of IPv6's.
package struct AddressBlock: Hashable, Sendable {
    private let isIPv4: Bool
    private let number: UInt64
    private let length: UInt8

    /// By how much more than an address of IPv4 it may hold different people: 1 for that and for /64, 2 for /56, 4 for /48.
    package var weight: Int {
        switch length {
        case 48: 4
        case 56: 2
        default: 1
        }
    }

    /// The blocks that an address is in, the smallest first; none where the text is no address, or is the machine itself.
    ///
    /// Reads the host of `host;port`, as libsasl2 writes an address, or a host alone; inet_pton(3). IPv4 inside of IPv6
    /// (`::ffff:192.0.2.1`) is IPv4. What comes from 127.0.0.0/8 or ::1 comes for others.
    package static func blocks(of text: [UInt8]) -> [AddressBlock] {
        guard !text.isEmpty else { return [] }
        // Longer than any address, and no terminated string otherwise.
        let host = text.prefix { $0 != UInt8(ascii: ";") }
        guard !host.isEmpty, host.count < 64, !host.contains(0) else { return [] }
        let name = host.map { CChar(bitPattern: $0) } + [0]
        var bytes = [UInt8](repeating: 0, count: 16)
        // SAFETY: the name is terminated, and there is room for an address of either family.
        if unsafe inet_pton(AF_INET, name, &bytes) == 1 { return blocks(ofVersion4: bytes[..<4]) }
        // SAFETY: as above.
        guard unsafe inet_pton(AF_INET6, name, &bytes) == 1 else { return [] }
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return blocks(ofVersion4: bytes[12...])
        }
        guard !bytes[..<15].allSatisfy({ $0 == 0 }) || bytes[15] != 1 else { return [] }
        let prefix = number(bytes[..<8])
        return [64, 56, 48].map { length in
            AddressBlock(isIPv4: false, number: (prefix >> (64 - length)) << (64 - length), length: UInt8(length))
        }
    }

    private static func blocks(ofVersion4 bytes: ArraySlice<UInt8>) -> [AddressBlock] {
        bytes.first == 127 ? [] : [AddressBlock(isIPv4: true, number: number(bytes), length: 32)]
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
