import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system for Postfix, Exim and Dovecot needs root"))
struct RimapTests {
    @Test
    func
        `Postfix and Exim take what Dovecot knows, without and with TLS, and have a temporary answer while it is down`()
        throws
    {
        let folder = try TemporaryFolder()
        try Command("/bin/chmod", "755", folder.url.path).run()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("rimap.sh").path
        let result = try PrivateSystem.run(
            folder,
            [script, folder.url.path, Programs.directory, PrivateSystem.packages]
        )
        var expected = ""
        for way in ["plain", "TLS"] {
            for port in [2526, 2528] {
                for mechanism in ["PLAIN", "LOGIN"] {
                    expected += """
                        \(way), \(port) \(mechanism) right: 235
                        \(way), \(port) \(mechanism) right, odd: 235
                        \(way), \(port) \(mechanism) wrong: 535
                        \(way), \(port) \(mechanism) unknown: 535

                        """
                }
            }
            if way == "TLS" { expected += Self.checks }
            expected += """
                \(way), 2526 Dovecot is down: 454
                \(way), 2528 Dovecot is down: 435
                \(way), 2526 back again: 235
                \(way), 2528 back again: 235

                """
        }
        let reason = "[mech=rimap] [reason=remote server rejected your credentials]"
        // Postfix splits the login, Exim sends it whole.
        expected += """
            4 <38>                : auth failure: [user=alice@example.org] [service=smtp] [realm=] \(reason)
            4 <38>                : auth failure: [user=alice@example.org] [service=smtp] [realm=example.org] \(reason)
            4 <38>                : auth failure: [user=nobody@example.org] [service=smtp] [realm=] \(reason)
            4 <38>                : auth failure: [user=nobody@example.org] [service=smtp] [realm=example.org] \(reason)
            0

            """
        #expect(result.output == expected, "\(result.complaints)")
    }

    /// What `--check` prints: a right password, a wrong one, a server whose certificate has another name, and one without TLS.
    private static let checks = """
        login: alice@example.org (-r appended the realm)
        realm: example.org
        service: smtp
        mechanism: rimap
          imaps://imap.example.org:993: connected to 127.0.0.1 port 993
          imaps://imap.example.org:993: TLS: TLSv1.3 CIPHER
          imaps://imap.example.org:993: certificate: verified for imap.example.org
          imaps://imap.example.org:993: greeting: ...
          imaps://imap.example.org:993: login methods listed: AUTH=PLAIN LOGIN
          imaps://imap.example.org:993: login method: AUTHENTICATE PLAIN
          imaps://imap.example.org:993: reply: "S2 OK Logged in"
          verdict: accepted
        the client would get: OK (exit status 0)
        login: alice@example.org (-r appended the realm)
        realm: example.org
        service: smtp
        mechanism: rimap
          imap://imap.example.org:143: connected to 127.0.0.1 port 143
          imap://imap.example.org:143: greeting: ...
          imap://imap.example.org:143: STARTTLS: yes
          imap://imap.example.org:143: TLS: TLSv1.3 CIPHER
          imap://imap.example.org:143: certificate: verified for imap.example.org
          imap://imap.example.org:143: login methods listed: AUTH=PLAIN LOGIN
          imap://imap.example.org:143: login method: AUTHENTICATE PLAIN
          imap://imap.example.org:143: reply: "S2 NO [AUTHENTICATIONFAILED] Authentication failed."
          verdict: refused: wrong login or password
        to do: leave out -r if the users of the server have no domain
        to do: read the log of the server, which may say why
        the client would get: NO (exit status 1)
        login: alice@example.org (-r appended the realm)
        realm: example.org
        service: smtp
        mechanism: rimap
          warning: imaps://127.0.0.1:993: ANY CERTIFICATE IS ACCEPTED (insecure=any-certificate)
          imaps://127.0.0.1:993: connected to 127.0.0.1 port 993
          imaps://127.0.0.1:993: TLS: TLSv1.3 CIPHER
          warning: imaps://127.0.0.1:993 failed, skipping it for 10 s: SSL: no alternative certificate subject name matches target host name '127.0.0.1'; see ca= and name= in saslauthd-mail(8)
          imaps://127.0.0.1:993: trying imaps://127.0.0.1:993 next
          imaps://127.0.0.1:993: connected to 127.0.0.1 port 993
          imaps://127.0.0.1:993: TLS: TLSv1.3 CIPHER
          imaps://127.0.0.1:993: certificate: not verified (insecure=any-certificate)
          imaps://127.0.0.1:993: greeting: ...
          imaps://127.0.0.1:993: login methods listed: AUTH=PLAIN LOGIN
          imaps://127.0.0.1:993: login method: AUTHENTICATE PLAIN
          imaps://127.0.0.1:993: reply: "S2 NO [AUTHENTICATIONFAILED] Authentication failed."
          verdict: refused: wrong login or password
        to do: leave out -r if the users of the server have no domain
        to do: read the log of the server, which may say why
        the client would get: NO (exit status 1)
        login: alice@example.org (-r appended the realm)
        realm: example.org
        service: smtp
        mechanism: rimap
          imap://imap.example.org:143: connected to 127.0.0.1 port 143
          imap://imap.example.org:143: greeting: ...
          imap://imap.example.org:143: STARTTLS: no, because of starttls=no
          imap://imap.example.org:143: TLS: none
          imap://imap.example.org:143: login methods listed: AUTH=PLAIN LOGIN
          imap://imap.example.org:143: login method: AUTHENTICATE PLAIN
          imap://imap.example.org:143: reply: "S2 NO [AUTHENTICATIONFAILED] Authentication failed."
          verdict: refused: wrong login or password
        to do: leave out -r if the users of the server have no domain
        to do: read the log of the server, which may say why
        the client would get: NO (exit status 1)

        """
}
