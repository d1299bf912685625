/// Where a client's own client is, as libsasl2 writes it: `host;port`.
///
/// A hint: a mail server writes it, and anyone can write anything there. Each reader says how much it must look like an address.
package struct ClientAddress: Hashable, Sendable {
    /// What stands before the last semicolon, all of it where there is none.
    ///
    /// May be empty.
    package let host: ByteString
    /// What stands behind that, where it is the number of a port.
    package let port: UInt16?

    /// Splits `text`; a second `;` stays in the host, which is then no host.
    package init(_ text: ByteString) {
        guard let place = text.bytes.lastIndex(of: UInt8(ascii: ";")) else {
            host = text
            port = nil
            return
        }
        host = ByteString(Array(text.bytes[..<place]))
        port = UInt16(String(decoding: text.bytes[(place + 1)...], as: UTF8.self))
    }

    /// The host, when it holds nothing but what addresses and names of hosts hold; `nil` for anything else.
    package var plausibleHost: ByteString? {
        let isPlausible = host.bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "-"): true
            case UInt8(ascii: "_"), UInt8(ascii: "%"): true
            default: false
            }
        }
        return host.isEmpty || !isPlausible ? nil : host
    }

    /// The host, when it is made of what numerical addresses are made of; `nil` for names and anything else.
    package var numericalHost: String? {
        guard (2...45).contains(host.count), host.bytes.contains(where: Self.isSeparator),
            host.bytes.allSatisfy({ Self.isSeparator($0) || Self.isHexDigit($0) })
        else { return nil }
        return host.text
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

extension AuthRequest {
    /// Where the client's own client is.
    package var client: ClientAddress { ClientAddress(remote) }
}
