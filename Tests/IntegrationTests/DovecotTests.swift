import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system for Dovecot needs root"))
struct DovecotTests {
    @Test func `Debian's Dovecot says who is who, by every way that leads to it, and who it is decides on that`() throws
    {
        let folder = try TemporaryFolder()
        let certificates = try TestCertificates()
        let files = [
            "authority": certificates.authority, "stranger": certificates.stranger,
            "good": try certificates.certificate(for: "mail.example.org"),
            "expired": try certificates.certificate(for: "mail.example.org", days: -1),
        ]
        for (name, path) in files { try Command("/bin/cp", path, folder.path(name + ".pem")).run() }
        try Command("/bin/chmod", "755", folder.url.path).run()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("dovecot.py")
            .path
        let result = try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory])
        // Dovecot 2.3 itself takes no PLAIN password with byte 1 or 9 from anyone.
        let imaps = "imaps://127.0.0.1:10001: SSL"
        let pop3s = "pop3s://127.0.0.1:10003: SSL"
        let issuer =
            "certificate problem: unable to get local issuer certificate; see ca= and name= in saslauthd-mail(8)"
        let expected = """
            imap: 263 users, odd: byte001 refused, byte009 refused; unknown: refused
            imap, LOGIN: 263 users, odd: byte001 refused, byte009 refused; unknown: refused
            imap, CRAM-MD5: 8 users, odd: none; unknown: refused
            imap, STARTTLS: 8 users, odd: none; unknown: refused
            imaps: 8 users, odd: none; unknown: refused
            pop3: 8 users, odd: none; unknown: refused
            pop3, USER: 263 users, odd: byte001 refused, byte009 refused; unknown: refused
            pop3s: 8 users, odd: none; unknown: refused
            pop3, STLS: accepted, refused
            imaps, system's authorities: unavailable, unavailable: \(imaps) \(issuer)
            imaps, another authority: unavailable, unavailable: \(imaps) \(issuer)
            imaps, another name: unavailable, unavailable: \(imaps): \(Self.mismatch("other.example.org"))
            imaps, the host's name: unavailable, unavailable: \(imaps): \(Self.mismatch("127.0.0.1"))
            imaps, unverified: accepted, refused
            pop3s, system's authorities: unavailable, unavailable: \(pop3s) \(issuer)
            pop3s, another authority: unavailable, unavailable: \(pop3s) \(issuer)
            pop3s, another name: unavailable, unavailable: \(pop3s): \(Self.mismatch("other.example.org"))
            pop3s, the host's name: unavailable, unavailable: \(pop3s): \(Self.mismatch("127.0.0.1"))
            pop3s, unverified: accepted, refused
            STARTTLS, another name: unavailable, unavailable: imap://127.0.0.1:10000: SSL: \
            \(Self.mismatch("other.example.org"))
            imaps, expired: unavailable, unavailable: imaps://127.0.0.1:10101: SSL certificate problem: \
            certificate has expired; see ca= and name= in saslauthd-mail(8)
            LOGINDISABLED: unavailable, unavailable: imap://127.0.0.2:10200: login requires TLS: \
            use imaps://, or starttls=required (LOGINDISABLED)
            no USER: unavailable, unavailable: pop3://127.0.0.2:10202: login requires TLS: \
            use pop3s://, or starttls=required
            LOGINDISABLED, STARTTLS: accepted, refused
            Dovecot's users cannot be read: unavailable, unavailable: imap://127.0.0.1:10300: \
            the server says "\\x5bUNAVAILABLE\\x5d Temporary authentication failure.
            with an address: refused
            both: accepted
            the first is down: ['accepted']
            wrong: refused
            both are down: unavailable
            the first is back: accepted
            no name server: ['accepted']
            passwords in the log: [] of 272 among lines: True

            """
        #expect(result.output == expected, "\(result.complaints)")
    }

    private static func mismatch(_ name: String) -> String {
        "no alternative certificate subject name matches target host name '\(name)'; see ca= and name= in saslauthd-mail(8)"
    }
}
