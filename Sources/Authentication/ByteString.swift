internal import Glibc

/// Bytes from a client: a login, a service, a realm, an address.
///
/// Not a `String`, because they need not be UTF-8, and two different byte strings must never compare equal.
package struct ByteString: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Copies the bytes of `span`.
    package init(copying span: Span<UInt8>) {
        bytes = [UInt8](copying: span)
    }

    /// Copies a null-terminated string.
    package init(cString: UnsafePointer<CChar>) {
        // SAFETY: the caller's string ends with a zero byte.
        let bytes = unsafe UnsafeRawBufferPointer(start: cString, count: strlen(cString))
        self.init(copying: unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    /// The bytes with a terminating zero byte, for a C function.
    package var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    package var isEmpty: Bool { bytes.isEmpty }
    package var count: Int { bytes.count }

    /// Appends the bytes of `other`.
    package func appending(_ other: ByteString) -> ByteString {
        ByteString(bytes + other.bytes)
    }

    /// Splits at the last `@`, as libsasl2 splits a login.
    ///
    /// Without an `@` the realm is `nil`; after a final `@` it is empty.
    package var splitAtRealm: (login: ByteString, realm: ByteString?) {
        guard let place = bytes.lastIndex(of: UInt8(ascii: "@")) else { return (self, nil) }
        return (ByteString(Array(bytes[..<place])), ByteString(Array(bytes[(place + 1)...])))
    }

    /// Replaces the letters A to Z with small ones; other bytes are unchanged.
    package var lowercasedASCII: ByteString {
        ByteString(bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 })
    }
}

/// In one piece, which is several times as fast as element by element: the frontend looks up names for each login.
extension ByteString {
    /// The time depends on where the two differ, so not for secrets.
    package static func == (one: ByteString, other: ByteString) -> Bool {
        guard one.count == other.count else { return false }
        return unsafe one.bytes.withUnsafeBufferPointer { one in
            unsafe other.bytes.withUnsafeBufferPointer { other in
                guard let first = one.baseAddress, let second = other.baseAddress else { return true }
                // SAFETY: the size is that of both arrays.
                return unsafe memcmp(first, second, one.count) == 0
            }
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

extension ByteString: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension ByteString {
    /// The bytes as text; invalid UTF-8 is replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension ByteString: CustomStringConvertible {
    /// The bytes as one line of printable ASCII that cannot be mistaken for another value or for a part of a log line.
    ///
    /// Backslashes, control characters, bytes above 126, and the brackets that delimit values in the log are written as
    /// `\\`, `\n`, `\r`, `\t` or `\xHH`. Other ASCII characters are unchanged.
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
    /// Copies the bytes of `span`.
    package init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }

    /// Copies the bytes of two spans, one after the other.
    package init(copying first: Span<UInt8>, _ second: Span<UInt8>) {
        self.init(capacity: first.count + second.count) { output in
            for index in first.indices { output.append(first[index]) }
            for index in second.indices { output.append(second[index]) }
        }
    }
}
