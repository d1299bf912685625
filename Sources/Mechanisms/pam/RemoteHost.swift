internal import Authentication

/// The address of the client's own client, as modules get it.
enum RemoteHost {
    /// The part of `remote` before the `;`; `nil` when there is none, or when it holds what no address and no host name holds.
    static func host(of remote: ByteString) -> ByteString? {
        let host = remote.bytes.prefix { $0 != UInt8(ascii: ";") }
        let isPlausible = host.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "-"): true
            case UInt8(ascii: "_"), UInt8(ascii: "%"): true
            default: false
            }
        }
        return host.isEmpty || !isPlausible ? nil : ByteString(Array(host))
    }
}
