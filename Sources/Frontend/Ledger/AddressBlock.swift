internal import Authentication
internal import Platform

/// A block of addresses that probably belongs to one customer: an IPv4 address, or the first 64, 56 or 48 bits of an
/// IPv6 address.
struct AddressBlock: Hashable, Sendable {
    private let isIPv4: Bool
    private let number: UInt64
    private let length: UInt8

    /// How many more people than behind one IPv4 address it may hold: factor 1 for IPv4 and /64, 2 for /56, 4 for /48.
    var weight: Int {
        switch length {
        case 48: 4
        case 56: 2
        default: 1
        }
    }

    /// The blocks that contain a client's address, the smallest first; none for a loopback or non-numeric address.
    ///
    /// A loopback address says nothing about the user, because a local program may act for others.
    static func blocks(of client: ClientAddress) -> [AddressBlock] {
        guard let address = InternetAddress(client.host.bytes[...]), !address.isLoopback else { return [] }
        switch address {
        case .version4(let number):
            return [AddressBlock(isIPv4: true, number: UInt64(number), length: 32)]
        case .version6(let prefix, _):
            return [64, 56, 48].map { length in
                AddressBlock(isIPv4: false, number: (prefix >> (64 - length)) << (64 - length), length: UInt8(length))
            }
        }
    }
}
