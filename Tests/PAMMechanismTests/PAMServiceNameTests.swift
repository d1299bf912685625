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

    @Test(
        arguments: [
            (["/etc/pam.d/smtp"], "/etc/pam.d/smtp"), (["/usr/lib/pam.d/smtp"], "/usr/lib/pam.d/smtp"),
            (["/usr/lib/pam.d/smtp", "/etc/pam.d/smtp", "/etc/pam.d/other"], "/etc/pam.d/smtp"),
            (["/etc/pam.d/other"], "/etc/pam.d/other, because /etc/pam.d/smtp does not exist"),
            ([], "none: neither /etc/pam.d/smtp nor /etc/pam.d/other exists"),
        ] as [([String], String)]
    )
    func `the file is looked for where Linux-PAM looks, in its order`(files: [String], text: String) {
        #expect(PAMServiceName.file(of: "SMTP", exists: files.contains).description == text)
    }
}
