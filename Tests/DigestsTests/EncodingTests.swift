import Authentication
import Digests
import Testing

@Suite struct EncodingTests {
    private func bytes(_ secret: consuming Secret?) -> [UInt8]? {
        switch consume secret {
        case .some(let secret): [UInt8](copying: secret.span)
        case nil: nil
        }
    }

    @Test(
        arguments: [
            ("", []), ("00ff", [0, 255]), ("AbCd", [0xAB, 0xCD]), ("0", nil), ("0g", nil), ("0x00", nil), (" 0", nil),
        ] as [(String, [UInt8]?)]
    )
    func `two hexadecimal digits are a byte`(text: String, expected: [UInt8]?) {
        let digits = Array(text.utf8)
        #expect(bytes(Secret.decoding(hexadecimal: digits.span)) == expected)
    }

    @Test(
        arguments: [
            ("", []), ("AP8=", [0, 255]), ("AP8", [0, 255]), ("/w==", [255]), ("/w", [255]), ("+/v/", [251, 251, 255]),
            ("./v/", [251, 251, 255]), ("AAAA", [0, 0, 0]),
            ("A", nil), ("AAAAA", nil), ("=", nil), ("==", nil), ("A===", nil), ("AP8==", nil), ("/w=", nil),
            ("A=P8", nil),
            ("AP8=AP8=", nil), ("A P8", nil), ("AP8\n", nil), ("AP8-", nil), ("AA\u{E4}", nil), ("\n\n\n\n", nil),
        ] as [(String, [UInt8]?)]
    )
    func `four characters of base64 are three bytes`(text: String, expected: [UInt8]?) {
        let characters = Array(text.utf8)
        #expect(bytes(Secret.decoding(base64: characters.span)) == expected)
    }

    @Test(
        arguments: [
            ("", [], []), ("AP8=", [0, 255], [0, 255]), ("/w==", [255], [255]),
            ("+/v/", [251, 251, 255], [251, 251, 255]),
            // The padding is missing, or there are other letters.
            ("AP8", nil, nil), ("/w", nil, nil), ("./v/", nil, nil), ("=", nil, nil), ("AP8==", nil, nil),
            (" AP8", nil, nil),
            // The bits after the last byte are not zero.
            ("AP9=", [0, 255], nil), ("/x==", [255], nil),
        ] as [(String, [UInt8]?, [UInt8]?)]
    )
    func `base64 is read with its padding, and strictly in one spelling`(
        text: String,
        padded: [UInt8]?,
        strict: [UInt8]?
    ) {
        let characters = Array(text.utf8)
        #expect(bytes(Secret.decoding(paddedBase64: characters.span)) == padded)
        #expect(bytes(Secret.decoding(strictBase64: characters.span)) == strict)
    }

    /// The vectors of RFC 4648.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `three bytes are four characters of base64`(text: String, letters: String) {
        let plain = Array(text.utf8)
        #expect(bytes(Secret(copying: plain.span).base64) == Array(letters.utf8))
        #expect(Secret.base64Length(of: plain.count) == letters.utf8.count)
    }

    @Test func `encoded bytes are decoded`() {
        let all = [UInt8](0...255)
        let digits = Secret(copying: all.span).hexadecimal
        #expect(bytes(Secret.decoding(hexadecimal: digits.span)) == all)
    }
}
