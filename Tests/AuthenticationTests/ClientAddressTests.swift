import Authentication
import Testing

@Suite struct ClientAddressTests {
    @Test(
        arguments: [
            ("192.0.2.1;49152", "192.0.2.1", 49152), ("2001:db8::1;25", "2001:db8::1", 25),
            ("192.0.2.1", "192.0.2.1", nil),
            ("192.0.2.1;", "192.0.2.1", nil), ("192.0.2.1;x", "192.0.2.1", nil), ("192.0.2.1;65536", "192.0.2.1", nil),
            (";25", "", 25), (";", "", nil), ("", "", nil), ("a;b;25", "a;b", 25),
        ] as [(ByteString, ByteString, UInt16?)]
    )
    func `a host and a port stand on the sides of a semicolon`(text: ByteString, host: ByteString, port: UInt16?) {
        #expect(ClientAddress(text).host == host)
        #expect(ClientAddress(text).port == port)
    }

    @Test(
        arguments: [
            ("192.0.2.1;49152", "192.0.2.1"), ("2001:db8::1;25", "2001:db8::1"), ("fe80::1%eth0;25", "fe80::1%eth0"),
            ("192.0.2.1", "192.0.2.1"), ("mail.example.org;1", "mail.example.org"),
        ] as [(ByteString, ByteString)]
    )
    func `addresses and names are plausible`(text: ByteString, host: ByteString) {
        #expect(ClientAddress(text).plausibleHost == host)
    }

    @Test(
        arguments: [
            "", ";25", "a b;1", "1.2.3.4\nx;1", "[::1];1", "\u{f6};1", "rhost=x;1", "192.0.2.1;x;25",
        ] as [ByteString]
    )
    func `nothing else is`(text: ByteString) {
        #expect(ClientAddress(text).plausibleHost == nil)
    }

    @Test(
        arguments: [
            ("192.0.2.1;4711", "192.0.2.1"), ("2001:DB8::1;1", "2001:DB8::1"), ("192.0.2.1", "192.0.2.1"), ("::", "::"),
        ] as [(ByteString, String)]
    )
    func `a numerical address is one`(text: ByteString, host: String) {
        #expect(ClientAddress(text).numericalHost == host)
    }

    @Test(
        arguments: [
            "", ";1", "a", ":", "1.2.3.4\";25", "1.2.3.4 x;1", "host.example.org;1", "1.2.3.4\r\nS9 X;1",
            "192.0.2.1;x;25", "fe80::1%eth0;1", "1.2.3.4\0;1",
        ] as [ByteString]
    )
    func `a name is no numerical address, nor is anything else`(text: ByteString) {
        #expect(ClientAddress(text).numericalHost == nil)
    }
}
