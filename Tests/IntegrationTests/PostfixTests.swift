import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system for Postfix needs root"))
struct PostfixTests {
    @Test func `Debian's Postfix gives 235, 535 and 454, chrooted and not, and another one sends mail through it`()
        throws
    {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("postfix.sh")
            .path
        let result = try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory])
        var expected = ""
        for port in [2525, 2526] {
            for mechanism in ["PLAIN", "LOGIN"] {
                expected += """
                    \(port) \(mechanism) right: 235
                    \(port) \(mechanism) right, made by the original: 235
                    \(port) \(mechanism) right, odd: 235
                    \(port) \(mechanism) wrong: 535
                    \(port) \(mechanism) unknown: 535

                    """
            }
        }
        for mechanism in ["CRAM-MD5", "DIGEST-MD5"] {
            expected += """
                2525 \(mechanism) right: 235
                2525 \(mechanism) wrong: 535
                2525 \(mechanism) unknown: 535

                """
        }
        expected += """
            2525 PLAIN unavailable: 454
            2526 LOGIN unavailable: 454
            2525 PLAIN back again: 235
            2525 PLAIN old: 535
            2525 PLAIN changed: 235
            mail, strongest mechanism: sent
            mail, PLAIN: sent
            mail, wrong password: deferred
            sasl_method=DIGEST-MD5, sasl_username=alice@example.org
            sasl_method=PLAIN, sasl_username=alice@example.org
            many logins of one client: 450 after 20 or more: True
            many connections of one client: 421 after 20
            others: 235
            defaults, 0: OK "Success."
            6 <38>                : auth failure: [user=alice] [service=smtp] [realm=example.org] [mech=sasldb] [reason=Unknown]
            4 <38>                : auth failure: [user=nobody] [service=smtp] [realm=example.org] [mech=sasldb] [reason=Unknown]

            """
        #expect(result.output == expected, "\(result.complaints)")
    }

    @Test
    func
        `Postfix in its chroot lets users of a mail database in, through pam_mysql and without PAM, and nobody is wrong while it is down`()
        throws
    {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "postfix-mysql.sh"
        )
        let result = try PrivateSystem.run(folder, [script.path, folder.url.path, Programs.directory])
        var expected = ""
        for way in ["through pam_mysql", "without PAM"] {
            for mechanism in ["PLAIN", "LOGIN"] {
                for (state, code) in [("right", 235), ("wrong", 535), ("unknown", 535), ("closed", 535)] {
                    expected += "\(way), \(mechanism) \(state): \(code)\n"
                }
            }
            for (state, code) in [("down", 454), ("back", 235)] {
                for mechanism in ["PLAIN", "LOGIN"] { expected += "\(way), \(mechanism) \(state): \(code)\n" }
            }
        }
        #expect(result.output == expected, "\(result.complaints)")
    }
}
