internal import Authentication
internal import Platform

/// A part of the Internet's addresses that is likely to be one customer's: an address of IPv4, or the first 64, 56 or 48 bits of IPv6's.
struct AddressBlock: Hashable, Sendable {
    private let isIPv4: Bool
    private let number: UInt64
    private let length: UInt8

    /// By how much more than an address of IPv4 it may hold different people: 1 for that and for /64, 2 for /56, 4 for /48.
    var weight: Int {
        switch length {
        case 48: 4
        case 56: 2
        default: 1
        }
    }

    /// The blocks that a client is in, the smallest first; none where it has no numerical address, or that of the machine itself.
    ///
    /// What comes from the machine itself comes for others.
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
