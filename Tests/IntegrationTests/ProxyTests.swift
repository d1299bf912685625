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
        let refusal = #"it refuses AUTHENTICATE PLAIN: "AUTHENTICATE mechanism not supported, mate""#
        let reason = #"\#(refusal); then it says "failed: Could not connect to server""#
        expected += #"""
            \#(server) lists PLAIN and refuses AUTHENTICATE: logins are by LOGIN for an hour
            pop3://127.0.0.1:1111 lists PLAIN and refuses AUTH: logins are by USER and PASS for an hour
              \#(server): connected to 127.0.0.1 port 1144 without TLS
              \#(server): it greets with "* OK \x5bCAPABILITY IMAP4 IMAP4REV1 SASL-IR AUTH=PLAIN\x5d perdition ready on HOST"
              \#(server): it offers AUTH=PLAIN IMAP4 IMAP4REV1 SASL-IR
              \#(server): login by LOGIN, as \#(refusal)
              \#(server): it answers "S3 NO failed: Could not connect to server"
              \#(server): no verdict: \#(reason)
              \#(server) lists PLAIN and refuses AUTHENTICATE: logins are by LOGIN for an hour
            nothing was found out: \#(server): \#(reason)
            0

            """#
        #expect(result.output == expected, "\(result.complaints)")
    }
}
