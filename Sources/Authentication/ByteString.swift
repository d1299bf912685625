internal import Glibc

/// Bytes as a client sent them: a login, a service, a realm, an address.
///
/// Not a `String`: nothing says that they are UTF-8, and two different byte strings must never compare equal.
package struct ByteString: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Copies what `span` shows.
    package init(copying span: Span<UInt8>) {
        bytes = [UInt8](copying: span)
    }

    /// Copies a terminated string.
    package init(cString: UnsafePointer<CChar>) {
        // SAFETY: the caller's string ends with a zero byte.
        let bytes = unsafe UnsafeRawBufferPointer(start: cString, count: strlen(cString))
        self.init(copying: unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    /// The bytes for a C function, with a zero byte behind them.
    package var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    package var isEmpty: Bool { bytes.isEmpty }
    package var count: Int { bytes.count }

    /// `self` with the bytes of `other` behind it.
    package func appending(_ other: ByteString) -> ByteString {
        ByteString(bytes + other.bytes)
    }

    /// What stands before the last `@` and what behind it, as libsasl2 splits a login.
    ///
    /// Without an `@` all of it is the login, and the realm is `nil`; behind an `@` at the end the realm is empty.
    package var splitAtRealm: (login: ByteString, realm: ByteString?) {
        guard let place = bytes.lastIndex(of: UInt8(ascii: "@")) else { return (self, nil) }
        return (ByteString(Array(bytes[..<place])), ByteString(Array(bytes[(place + 1)...])))
    }

    /// `self` with the letters A to Z made small; other bytes stay.
    package var lowercasedASCII: ByteString {
        ByteString(bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 })
    }
}

extension ByteString: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension ByteString {
    /// The bytes as text, where what keeps it can hold any character; what is not UTF-8 is replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension ByteString: CustomStringConvertible {
    /// The bytes as one line of printable ASCII, in which no value can pass for another or for a part of a log line.
    ///
    /// Printable ASCII stands for itself but for backslash and the brackets that delimit values in the log.
    /// Those, control characters and bytes above 126 are written as `\\`, `\n`, `\r`, `\t` or `\xHH`.
    package var description: String {
        var text = ""
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\t"): text += "\\t"
            case UInt8(ascii: "["), UInt8(ascii: "]"), 0..<0x20, 0x7F...: text += "\\x" + Self.hexadecimal(byte)
            default: text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
}

extension [UInt8] {
    /// Copies what `span` shows.
    package init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }

    /// Copies what two spans show, one behind the other.
    package init(copying first: Span<UInt8>, _ second: Span<UInt8>) {
        self.init(capacity: first.count + second.count) { output in
            for index in first.indices { output.append(first[index]) }
            for index in second.indices { output.append(second[index]) }
        }
    }
}
