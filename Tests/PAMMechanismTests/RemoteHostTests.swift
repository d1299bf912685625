import Authentication
import Testing

@testable import saslauthd_pam

@Suite struct RemoteHostTests {
    @Test(
        arguments: [
            ("192.0.2.1;49152", "192.0.2.1"), ("2001:db8::1;25", "2001:db8::1"), ("fe80::1%eth0;25", "fe80::1%eth0"),
            ("192.0.2.1", "192.0.2.1"), ("mail.example.org;1", "mail.example.org"),
        ] as [(ByteString, ByteString)]
    )
    func `the part before the semicolon is the host`(remote: ByteString, host: ByteString) {
        #expect(RemoteHost.host(of: remote) == host)
    }

    @Test(arguments: ["", ";25", "a b;1", "1.2.3.4\nx;1", "[::1];1", "\u{f6};1", "rhost=x;1"] as [ByteString])
    func `what is no address is left out`(remote: ByteString) {
        #expect(RemoteHost.host(of: remote) == nil)
    }
}
