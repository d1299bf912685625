import Platform
import Testing

@Suite struct AddressBlockTests {
    static func block(_ text: String) -> AddressBlock? { AddressBlock(Array(text.utf8)) }

    @Test(arguments: [
        ("192.0.2.1;49152", "192.0.2.1;25"), ("192.0.2.1", "::ffff:192.0.2.1;25"),
        ("2001:db8:1:2::1;1", "2001:db8:1:2:ffff:ffff:ffff:ffff;2"),
    ])
    func `one customer has one block`(first: String, second: String) {
        #expect(Self.block(first) != nil)
        #expect(Self.block(first) == Self.block(second))
    }

    @Test(arguments: [
        ("192.0.2.1;1", "192.0.2.2;1"), ("2001:db8:1:2::1;1", "2001:db8:1:3::1;1"), ("0.0.0.1", "::1"),
    ])
    func `two customers have two`(first: String, second: String) {
        #expect(Self.block(first) != nil && Self.block(second) != nil)
        #expect(Self.block(first) != Self.block(second))
    }

    @Test(arguments: [
        "", ";", ";25", "localhost;25", "192.0.2;1", "192.0.2.256", "192.0.2.1x;1", "192.0.2.1\0;1", "::g",
        String(repeating: "1", count: 1000),
    ])
    func `what is no address is none`(text: String) {
        #expect(Self.block(text) == nil)
    }

    @Test(arguments: ["127.0.0.1;25", "127.9.9.9", "::1;25", "::ffff:127.0.0.1"])
    func `the machine itself is told apart`(text: String) {
        #expect(Self.block(text)?.isLoopback == true)
    }

    @Test(arguments: ["128.0.0.1", "::2", "::127.0.0.1", "10.0.0.1"])
    func `nobody else is taken for it`(text: String) {
        #expect(Self.block(text)?.isLoopback == false)
    }
}
