import Authentication
import Testing

@testable import RemoteLogin

@Suite struct RemoteAddressTests {
    @Test func `an address and a port are told apart`() {
        #expect(RemoteAddress("192.0.2.1;4711")?.host == "192.0.2.1")
        #expect(RemoteAddress("192.0.2.1;4711")?.port == 4711)
        #expect(RemoteAddress("2001:db8::1;1")?.host == "2001:db8::1")
        #expect(RemoteAddress("192.0.2.1")?.host == "192.0.2.1")
        #expect(RemoteAddress("192.0.2.1;x")?.port == nil)
    }

    @Test(arguments: ["", ";1", "a", "1.2.3.4\";25", "1.2.3.4 x;1", "host.example.org;1", "1.2.3.4\r\nS9 X;1"])
    func `what looks like no address is not told`(text: String) {
        #expect(RemoteAddress(ByteString(text)) == nil)
    }
}
