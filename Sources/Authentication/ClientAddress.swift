/// The address of a mail user, as libsasl2 writes it: `host;port`.
///
/// Untrusted: a mail server reports it and can send anything. Each property says how strictly it checks.
package struct ClientAddress: Hashable, Sendable {
    /// The text before the last semicolon; the whole text without one.
    ///
    /// May be empty.
    package let host: ByteString
    /// The text after the last semicolon, if it is a port number.
    package let port: UInt16?

    /// Splits `text` at its last `;`.
    ///
    /// With a second `;` the host is invalid.
    package init(_ text: ByteString) {
        guard let place = text.bytes.lastIndex(of: UInt8(ascii: ";")) else {
            host = text
            port = nil
            return
        }
        host = ByteString(Array(text.bytes[..<place]))
        port = UInt16(String(decoding: text.bytes[(place + 1)...], as: UTF8.self))
    }

    /// The host, if it has only characters of addresses and host names; otherwise `nil`.
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

    /// The host, if it has only characters of numeric addresses; `nil` for names and anything else.
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
    /// The address of the mail user.
    package var client: ClientAddress { ClientAddress(remote) }
}
