import Platform
import Testing

@Suite struct InternetAddressTests {
    @Test(
        arguments: [
            ("192.0.2.1", .version4(0xC000_0201)), ("::ffff:192.0.2.1", .version4(0xC000_0201)),
            ("0.0.0.0", .version4(0)), ("::192.0.2.1", .version6(0, 0xC000_0201)),
            ("2001:db8:1:2:3:4:5:6", .version6(0x2001_0DB8_0001_0002, 0x0003_0004_0005_0006)), ("::", .version6(0, 0)),
            ("::1:ffff:192.0.2.1", .version6(0, 0x0001_FFFF_C000_0201)),
        ] as [(String, InternetAddress)]
    )
    func `an address is a number`(text: String, address: InternetAddress) {
        #expect(InternetAddress(Array(text.utf8)[...]) == address)
    }

    @Test(arguments: [
        "", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1x", "192.0.2.1\0", "192.0.2.1;25", "::g", "[::1]",
        "fe80::1%eth0",
        String(repeating: "1", count: 1000),
    ])
    func `anything else is none`(text: String) {
        #expect(InternetAddress(Array(text.utf8)[...]) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false),
        ("::2", false), ("1::1", false), ("::127.0.0.1", false),
    ])
    func `the machine itself is told from others`(text: String, isLoopback: Bool) {
        #expect(InternetAddress(Array(text.utf8)[...])?.isLoopback == isLoopback)
    }
}
