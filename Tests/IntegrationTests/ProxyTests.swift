import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system for proxies and Dovecot needs root"))
struct ProxyTests {
    @Test func `a proxy that knows no AUTHENTICATE, whether it lists it or not, is asked by a command that it knows`()
        throws
    {
        let folder = try TemporaryFolder()
        try Command("/bin/chmod", "755", folder.url.path).run()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("proxies.sh").path
        let result = try PrivateSystem.run(folder, ["/bin/sh", script, folder.url.path, Programs.directory])
        let proxies = [
            "perdition", "perdition-lists", "imapproxy", "nginx", "perdition-pop3", "perdition-pop3-lists",
            "nginx-pop3",
        ]
        var expected = ""
        for proxy in proxies {
            // A wrong password counts once where it is judged.
            expected += """
                \(proxy), wrong: refused; Dovecot's refusals: 1
                \(proxy), secret: accepted; Dovecot's refusals: 0
                \(proxy), wrong: refused; Dovecot's refusals: 1

                """
        }
        for proxy in ["nginx", "nginx-pop3"] { expected += "\(proxy), no server: unavailable\n" }
        for proxy in proxies {
            // imapproxy says of an outage what others say of a wrong password.
            expected += "\(proxy), Dovecot is down: \(proxy == "imapproxy" ? "refused" : "unavailable")\n"
        }
        let server = "imap://127.0.0.1:1144"
        let refusal = #"the server refused AUTHENTICATE PLAIN: "AUTHENTICATE mechanism not supported, mate""#
        let reason = #"\#(refusal); then the server says "failed: Could not connect to server""#
        expected += #"""
            \#(server) lists PLAIN but refuses it; using LOGIN for an hour
            pop3://127.0.0.1:1111 lists PLAIN but refuses it; using USER and PASS for an hour
            login: alice
            realm: (none)
            service: smtp
            mechanism: rimap
              \#(server): connected to 127.0.0.1 port 1144
              \#(server): greeting: "* OK [CAPABILITY IMAP4 IMAP4REV1 SASL-IR AUTH=PLAIN] perdition ready on HOST"
              \#(server): STARTTLS: no, the server does not list it
              \#(server): TLS: none
              \#(server): login methods listed: AUTH=PLAIN LOGIN
              \#(server): login method: AUTHENTICATE PLAIN
              \#(server): reply: "S2 NO AUTHENTICATE mechanism not supported, mate"
              \#(server): login method: LOGIN, because \#(refusal)
              \#(server): reply: "S3 NO failed: Could not connect to server"
              \#(server) lists PLAIN but refuses it; using LOGIN for an hour
              no verdict: \#(server): \#(reason)
            the client would get: a temporary failure (exit status 2)
            0

            """#
        #expect(result.output == expected, "\(result.complaints)")
    }
}
