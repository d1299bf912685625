import Authentication
import Testing

@testable import Frontend

@Suite struct AddressBlockTests {
    static func blocks(_ text: String) -> [AddressBlock] { AddressBlock.blocks(of: ClientAddress(ByteString(text))) }

    @Test(arguments: [
        ("192.0.2.1;49152", "192.0.2.1;25"), ("192.0.2.1", "::ffff:192.0.2.1;25"),
        ("2001:db8:1:2::1;1", "2001:db8:1:2:ffff:ffff:ffff:ffff;2"),
    ])
    func `one customer has one block`(first: String, second: String) {
        #expect(Self.blocks(first).first != nil)
        #expect(Self.blocks(first) == Self.blocks(second))
    }

    @Test(arguments: [
        ("192.0.2.1;1", "192.0.2.2;1"), ("2001:db8:1:2::1;1", "2001:db8:1:3::1;1"), ("0.0.0.1", "2001:db8::1"),
    ])
    func `two customers have two`(first: String, second: String) {
        #expect(Self.blocks(first).first != nil && Self.blocks(second).first != nil)
        #expect(Self.blocks(first).first != Self.blocks(second).first)
    }

    @Test func `an address of IPv6 is in a block of 64, of 56 and of 48 bits, which weigh more the larger they are`() {
        let address = Self.blocks("2001:db8:1:203::1;25")
        #expect(address.map(\.weight) == [1, 2, 4])
        #expect(address.dropFirst() == Self.blocks("2001:db8:1:2ff::2").dropFirst())
        #expect(address.last == Self.blocks("2001:db8:1:ffff::2").last)
        #expect(Set(address).isDisjoint(with: Self.blocks("2001:db8:2:203::1")))
        #expect(Self.blocks("192.0.2.1").map(\.weight) == [1])
    }

    @Test(arguments: [
        "", ";", ";25", "localhost;25", "192.0.2;1", "192.0.2.256", "192.0.2.1x;1", "192.0.2.1\0;1", "::g",
        String(repeating: "1", count: 1000),
    ])
    func `what is no address has none`(text: String) {
        #expect(Self.blocks(text) == [])
    }

    @Test(arguments: ["127.0.0.1;25", "127.9.9.9", "::1;25", "::ffff:127.0.0.1"])
    func `the machine itself has none: what comes from there comes for others`(text: String) {
        #expect(Self.blocks(text) == [])
    }

    @Test(arguments: ["128.0.0.1", "::2", "::127.0.0.1", "10.0.0.1"])
    func `nobody else is taken for it`(text: String) {
        #expect(Self.blocks(text) != [])
    }
}
