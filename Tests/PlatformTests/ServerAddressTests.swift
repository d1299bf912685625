import Platform
import Testing

@Suite struct ServerAddressTests {
    @Test(
        arguments: [
            ("db", "db", nil), ("db:3307", "db", 3307), ("192.0.2.1:1", "192.0.2.1", 1),
            ("[2001:db8::1]:65535", "2001:db8::1", 65535), ("[2001:db8::1]", "2001:db8::1", nil),
            ("[fe80::1%eth0]:25", "fe80::1%eth0", 25), ("[db]:25", "db", 25), ("db:0025", "db", 25),
        ] as [(String, String, UInt16?)]
    )
    func `a host and a port are told apart`(text: String, host: String, port: UInt16?) throws {
        #expect(try ServerAddress(text) == ServerAddress(host: host, port: port))
    }

    @Test(
        arguments: [
            ("", .noHost), (":25", .noHost), ("db:", .badPort("")), ("db:0", .badPort("0")),
            ("db:65536", .badPort("65536")), ("db:x", .badPort("x")), ("db:+1", .badPort("+1")),
            ("db: 1", .badPort(" 1")), ("::1", .noBrackets("::1")), ("db:80:80", .noBrackets("db:80:80")),
            ("[::1", .badBrackets("[::1")), ("[]:1", .badBrackets("[]:1")), ("[::1]x", .badBrackets("[::1]x")),
            ("[[x]:1", .badBrackets("[[x]:1")),
            ("[::1]:", .badPort("")), ("[::1]:0", .badPort("0")),
        ] as [(String, ServerAddress.Fault)]
    )
    func `what is wrong is named`(text: String, fault: ServerAddress.Fault) {
        #expect(throws: fault) { try ServerAddress(text) }
    }

    @Test func `an IPv6 address without brackets is a host where no port can be meant`() throws {
        #expect(try ServerAddress("2001:db8::1", allowsBareIPv6: true) == ServerAddress(host: "2001:db8::1", port: nil))
        #expect(throws: ServerAddress.Fault.noHost) { try ServerAddress(":1", allowsBareIPv6: true) }
    }

    @Test(arguments: ["db:3306", "[::1]:9", "192.0.2.1:1", "db"])
    func `an address is written as it is read`(text: String) throws {
        #expect(try ServerAddress(text).description == text)
    }
}
