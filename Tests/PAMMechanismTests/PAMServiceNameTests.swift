import Authentication
import Testing

@testable import saslauthd_pam

@Suite struct PAMServiceNameTests {
    @Test(arguments: ["smtp", "imap", "", "Smtp", "dovecot-2.3", "sieve_1", ".", "a.b"] as [ByteString])
    func `names of files are left to Linux-PAM`(service: ByteString) {
        #expect(PAMServiceName.isAllowed(service))
    }

    @Test(
        arguments: ["/", "../smtp", "a/b", "..", "a..b", "smtp\n", "\u{1}", "sm\u{7f}tp", "/etc/pam.d/smtp"]
            as [ByteString]
    )
    func `what leads elsewhere is not`(service: ByteString) {
        #expect(!PAMServiceName.isAllowed(service))
    }
}
