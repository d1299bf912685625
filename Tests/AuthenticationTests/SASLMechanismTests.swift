import Authentication
import Testing

@Suite struct SASLMechanismTests {
    @Test(
        arguments: [
            ("PLAIN", .plain), ("plain", .plain), ("pLaIn", .plain), ("login", .login), ("cram-md5", .cramMD5),
            ("SCRAM-SHA-1", .scramSHA1), ("scram-sha-256", .scramSHA256),
            ("", nil), ("PLAI", nil), ("PLAINX", nil), ("PLAIN ", nil), ("0LAIN", nil), ("SCRAM-SHA-256-PLUS", nil),
            ("CRAM\rMD5", nil), ("DIGEST-MD5", nil),
        ] as [(String, SASLMechanism?)]
    )
    func `a name is known in letters of either case`(name: String, mechanism: SASLMechanism?) {
        let bytes = Array(name.utf8)
        #expect(SASLMechanism(name: bytes.span) == mechanism)
    }

    @Test func `a login with control characters is not printable`() {
        for byte in UInt8.min...UInt8.max {
            #expect(ByteString([0x61, byte]).isPrintable == (byte >= 0x20 && byte != 0x7F))
        }
    }
}
