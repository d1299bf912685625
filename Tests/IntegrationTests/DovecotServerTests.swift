import Foundation
import TestSupport
import Testing

/// Debian's programs that use Dovecot's authentication protocol, with our daemon in the place of Dovecot.
@Suite(.enabled(if: geteuid() == 0, "a private system for the servers needs root"))
struct DovecotServerTests {
    private func run(_ name: String, _ arguments: [String] = []) throws -> Command.Result {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
        let words = [script, folder.url.path, Programs.directory, PrivateSystem.packages] + arguments
        return try PrivateSystem.run(folder, words)
    }

    @Test
    func `Postfix without Cyrus SASL gives 235, 535 and 454, and loses no client of a killed frontend`() throws {
        let filter = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../packaging/fail2ban/saslauthd.conf").path
        let result = try run("postfix-dovecot.sh", [filter])
        var expected = "srw-rw---- postfix root\n"
        for port in [2525, 2526] {
            for mechanism in ["PLAIN", "LOGIN"] {
                expected += """
                    \(port) \(mechanism) right: 235
                    \(port) \(mechanism) right, odd: 235
                    \(port) \(mechanism) wrong: 535
                    \(port) \(mechanism) unknown: 535

                    """
            }
        }
        expected += "535 5.7.8 Error: authentication failed: Authentication failed\n"
        for mechanism in ["PLAIN", "plain", "Login", "login"] {
            expected += "\(mechanism): 220 535 235\n\(mechanism), no initial response: 220 235\n"
        }
        let tenRefusals = Array(repeating: "535", count: 10).joined(separator: " ")
        expected += """
            file gone: 220 454 454
            file back: 220 535 235
            10 <38>                : auth failure: [user=alice] [service=smtp] [realm=example.org] [mech=sasldb] \
            [reason=Unknown] [remote=127.0.0.1]
            4 <38>                : auth failure: [user=nobody] [service=smtp] [realm=example.org] [mech=sasldb] \
            [reason=Unknown] [remote=127.0.0.1]
            srw-rw---- postfix postfix
            right before: 220 235
            no verdict: 220 454 454 235
            no verdict in time: 220 454 235
            afterwards: 220 535 235
            known, after ten refusals: 220 \(tenRefusals) 235
            not known, after ten refusals: 220 \(tenRefusals) 235
            2527, sessions: 20 220 235
            2528, sessions: 20 220 235
            sessions at the same time: all, or nearly all
            processes of port 2527: 1
            from 192.0.2.7: 220 535 535 235
            from 2001:db8::7: 220 535 235
            PAM: smtp alice 192.0.2.7
            PAM: smtp alice 2001:db8::7
            PAM: smtp eve 192.0.2.7
            PAM: smtp eve 2001:db8::7
            2 <38>                : auth failure: [user=eve] [service=smtp] [realm=] [mech=pam] \
            [reason=PAM auth error] [remote=192.0.2.7]
            1 <38>                : auth failure: [user=eve] [service=smtp] [realm=] [mech=pam] \
            [reason=PAM auth error] [remote=2001:db8::7]
            fail2ban: 2 192.0.2.7
            fail2ban: 1 2001:db8::7
            no socket: closed
            socket of root: 220 closed
            right, after a restart of Postfix: 220 235
            Connect to Dovecot auth socket 'private/auth' failed: No such file or directory
            Connect to Dovecot auth socket 'private/auth' failed: Permission denied
            no SASL authentication mechanisms

            """
        #expect(result.output == expected, "\(result.complaints)")
    }

    @Test func `gsasl, msmtp and swaks log in through Postfix without sending the password`() throws {
        let result = try run("postfix-scram.sh")
        var expected = ""
        for client in ["gsasl", "msmtp"] {
            for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN"] {
                expected += """
                    \(client) \(mechanism) right: 235
                    \(client) \(mechanism) right, odd: 235
                    \(client) \(mechanism) wrong: 535
                    \(client) \(mechanism) unknown: 535

                    """
            }
        }
        expected += """
            swaks CRAM-MD5 alice@example.org secret: 235
            swaks CRAM-MD5 alice@example.org Secret: 535
            swaks CRAM-MD5 nobody@example.org secret: 535
            gsasl over TLS: 235
            msmtp, its choice: 235
            testsaslauthd: 0: OK "Success."
            1 sasl_method=CRAM-MD5, sasl_username=alice@example.org
            1 sasl_method=CRAM-MD5, sasl_username=b,o=b@example.org
            1 sasl_method=PLAIN, sasl_username=alice@example.org
            1 sasl_method=PLAIN, sasl_username=b,o=b@example.org
            1 sasl_method=SCRAM-SHA-1, sasl_username=alice@example.org
            1 sasl_method=SCRAM-SHA-1, sasl_username=b,o=b@example.org
            2 sasl_method=SCRAM-SHA-256, sasl_username=alice@example.org
            1 sasl_method=SCRAM-SHA-256, sasl_username=b,o=b@example.org
            9 <38>                : auth failure: [user=alice] [service=smtp] [realm=example.org] [mech=sasldb] \
            [reason=Unknown] [remote=127.0.0.1]
            9 <38>                : auth failure: [user=nobody] [service=smtp] [realm=example.org] [mech=sasldb] \
            [reason=Unknown] [remote=127.0.0.1]

            """
        #expect(result.output == expected, "\(result.complaints)")
    }

    @Test func `Exim gives 235, 535 and 435, and passes the address of its client on`() throws {
        let result = try run("exim-dovecot.sh")
        var expected = "srw-rw---- Debian-exim root\n"
        for mechanism in ["PLAIN", "LOGIN"] {
            expected += """
                \(mechanism) right: 235
                \(mechanism) right, odd: 235
                \(mechanism) right, with a domain: 235
                \(mechanism) wrong: 535
                \(mechanism) unknown: 535

                """
        }
        expected += """
            from 192.0.2.7: 220 535 535
            from 192.0.2.7, no initial response: 220 535 235
            PLAIN unavailable: 435
            LOGIN unavailable: 435
            PLAIN back again: 235
            PLAIN stopped: 435
            LOGIN stopped: 435
            LOGIN started again: 235
            2 <38>                : auth failure: [user=alice] [service=smtp] [realm=] [mech=pam] \
            [reason=PAM auth error] [remote=127.0.0.1]
            3 <38>                : auth failure: [user=alice] [service=smtp] [realm=] [mech=pam] \
            [reason=PAM auth error] [remote=192.0.2.7]
            2 <38>                : auth failure: [user=nobody] [service=smtp] [realm=] [mech=pam] \
            [reason=PAM auth error] [remote=127.0.0.1]
            2 435 Unable to authenticate at present: authentication socket read error or premature eof
            2 435 Unable to authenticate at present: unable to connect to UNIX socket (/var/spool/exim4/auth): \
            No such file or directory
            5 535 Incorrect authentication data (set_id=alice)
            2 535 Incorrect authentication data (set_id=nobody)

            """
        #expect(result.output == expected, "\(result.complaints)")
    }

    @Test func `Prosody logs in with PLAIN and SCRAM, and connects again`() throws {
        let result = try run("prosody.sh")
        var expected = "offered: PLAIN SCRAM-SHA-1 SCRAM-SHA-256\n"
        for mechanism in ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"] {
            expected += """
                \(mechanism) alice@example.org secret: success\(mechanism == "PLAIN" ? "" : ", server proved")
                \(mechanism) alice@example.org Secret: not-authorized
                \(mechanism) nobody@example.org secret: not-authorized

                """
        }
        expected += """
            PLAIN, no file: temporary-auth-failure
            SCRAM-SHA-256, no file: temporary-auth-failure
            PLAIN, file back: success
            PLAIN, after: internal-server-error
            PLAIN, again: success

            """
        #expect(result.output == expected, "\(result.complaints)")
    }

    @Test func `doveadm and Radicale's module know each answer`() throws {
        let result = try run("dovecot-clients.sh")
        #expect(
            result.output == """
                doveadm, right: 0, passdb: echo auth succeeded, extra fields:, user=echo
                doveadm, wrong: 77, passdb: alice auth failed, extra fields:, user=alice, reason=Authentication failed
                doveadm, no verdict: 77, passdb: unavailable auth failed, extra fields:, user=unavailable, temp, \
                code=temp_fail, reason=Temporary authentication failure
                doveadm, no verdict, closed: 75, passdb: unavailable auth failed, extra fields:, temp
                radicale, alice secret: alice
                radicale, alice wrong: \("")
                radicale, unavailable secret: \("")
                radicale, ümläut secret: ümläut
                login=echo service=smtp realm= remote=192.0.2.7;4711

                """,
            "\(result.complaints)"
        )
    }
}
