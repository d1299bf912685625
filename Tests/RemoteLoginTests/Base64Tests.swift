import Testing

@testable import RemoteLogin

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
    ])
    func `bytes become the letters of RFC 4648 and come back`(text: String, letters: String) {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        Base64.encode(bytes.span, into: &output)
        #expect(String(decoding: output, as: UTF8.self) == letters)
        #expect(Base64.length(of: bytes.count) == output.count)
        #expect(Base64.decode(output) == bytes)
    }

    @Test func `all bytes go and come back`() {
        let bytes = (0...255).map { UInt8($0) }
        var output: [UInt8] = []
        Base64.encode(bytes.span, into: &output)
        #expect(Base64.decode(output) == bytes)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Z===", "Zg==Zg==", "Z-==", "Zg= ", "====", "Zm9v\n"])
    func `other letters are none`(letters: String) {
        #expect(Base64.decode(Array(letters.utf8)) == nil)
    }
}
