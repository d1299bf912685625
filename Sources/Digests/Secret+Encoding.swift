package import Authentication
internal import CCrypto

extension Secret {
    /// Decodes hexadecimal digits, two for each byte, in either case; `nil` for anything else.
    package static func decoding(hexadecimal digits: Span<UInt8>) -> Secret? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var isValid = true
        let secret = Secret(capacity: digits.count / 2) { output in
            for index in stride(from: 0, to: digits.count, by: 2) {
                let (high, low) = (OPENSSL_hexchar2int(digits[index]), OPENSSL_hexchar2int(digits[index + 1]))
                guard high >= 0, low >= 0 else {
                    isValid = false
                    return
                }
                output.append(UInt8(high << 4 | low))
            }
        }
        guard isValid else { return nil }
        return secret
    }

    /// The bytes in hexadecimal, in lower case.
    package var hexadecimal: Secret {
        Secret(capacity: count * 2) { output in
            let bytes = span
            for index in bytes.indices {
                for digit in [bytes[index] >> 4, bytes[index] & 0xF] {
                    output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                }
            }
        }
    }

    /// The bytes in base64 with padding (RFC 4648).
    package var base64: Secret {
        let letters = Self.base64Length(of: count)
        // OpenSSL writes a zero byte after the letters.
        let encoded = unsafe Secret(count: letters + 1) { output in
            unsafe span.withUnsafeBufferPointer { bytes in
                // SAFETY: the size is that of the buffer; the output has four bytes for each three of input, plus one.
                unsafe EVP_EncodeBlock(output.baseAddress, bytes.baseAddress, CInt(bytes.count)) == CInt(letters)
            }
        }
        guard let encoded else { fatalError("OpenSSL cannot write base64") }
        return Secret(copying: encoded.span.extracting(first: letters))
    }

    /// The length of `count` bytes in base64 with padding.
    package static func base64Length(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Decodes base64; `nil` for anything else.
    ///
    /// The padding may be missing, and `.` may replace `+`, as OpenLDAP and passlib write it. White space is refused.
    package static func decoding(base64 text: Span<UInt8>) -> Secret? {
        let equals = UInt8(ascii: "=")
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == equals { count -= 1 }
        guard count % 4 != 1, count == text.count || text.count.isMultiple(of: 4) else { return nil }
        for index in 0..<count where !isBase64(text[index]) { return nil }
        let quads = (count + 3) / 4
        let padded = Secret(capacity: quads * 4) { output in
            for index in 0..<count { output.append(text[index] == UInt8(ascii: ".") ? UInt8(ascii: "+") : text[index]) }
            for _ in count..<quads * 4 { output.append(equals) }
        }
        guard let decoded = unsafe Secret(count: quads * 3, { unsafe padded.decode(into: $0) }) else { return nil }
        // OpenSSL writes a zero byte for each byte of padding.
        return Secret(copying: decoded.span.extracting(first: count * 3 / 4))
    }

    /// Decodes base64 whose padding is complete (RFC 4648); `nil` for anything else.
    package static func decoding(paddedBase64 text: Span<UInt8>) -> Secret? {
        guard text.count.isMultiple(of: 4) else { return nil }
        for index in text.indices where text[index] == UInt8(ascii: ".") { return nil }
        return decoding(base64: text)
    }

    /// Decodes base64 with padding (RFC 4648); `nil` for anything else.
    ///
    /// Each byte string has one text: the bits after the last byte must be zero.
    package static func decoding(strictBase64 text: Span<UInt8>) -> Secret? {
        guard let decoded = decoding(base64: text), decoded.base64.isEqual(to: text) else { return nil }
        return decoded
    }

    private func decode(into output: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        unsafe span.withUnsafeBufferPointer { text in
            // SAFETY: the size is that of the buffer, and the output has three bytes for each four of input.
            unsafe EVP_DecodeBlock(output.baseAddress, text.baseAddress, CInt(text.count)) == CInt(output.count)
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        // Full stop, slash and the digits are consecutive in ASCII.
        case UInt8(ascii: ".")...UInt8(ascii: "9"), UInt8(ascii: "+"): true
        default: false
        }
    }
}
