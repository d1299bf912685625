import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system for sendmail needs root"))
struct SendmailTests {
    @Test func `Debian's sendmail gives 235 and 535 by PLAIN and LOGIN, from PAM and the shadow file, and logs why`()
        throws
    {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("sendmail.sh")
            .path
        let arguments = [folder.url.path, Programs.directory, PrivateSystem.packages]
        let result = try PrivateSystem.run(folder, [script] + arguments)
        var expected = "AUTH offered without TLS: 0\n"
        for mechanism in ["PLAIN", "LOGIN"] {
            expected += """
                \(mechanism) right: 235
                \(mechanism) right, with a domain: 235
                \(mechanism) right, odd: 235
                \(mechanism) wrong: 535, authentication failure
                \(mechanism) unknown: 535, authentication failure

                """
        }
        // Sendmail has no temporary answer.
        expected += """
            PLAIN unavailable: 535, generic failure
            LOGIN unavailable: 535, generic failure
            PLAIN back again: 235
            PLAIN stopped: 535, generic failure
            LOGIN stopped: 535, generic failure
            LOGIN started again: 235
            shadow, PLAIN right: 235
            shadow, PLAIN wrong: 535, authentication failure
            shadow, PLAIN unknown: 535, authentication failure
            shadow, LOGIN right: 235
            shadow, LOGIN wrong: 535, authentication failure
            shadow, LOGIN unknown: 535, authentication failure
            2 <38>                : auth failure: [user=alice] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]
            2 <38>                : auth failure: [user=alice] [service=smtp] [realm=] [mech=shadow] [reason=Incorrect password]
            2 <38>                : auth failure: [user=nobody] [service=smtp] [realm=] [mech=shadow] [reason=Incorrect password]
            2 <38>                : auth failure: [user=nobody] [service=smtp] [realm=example.org] [mech=pam] [reason=PAM auth error]

            """
        #expect(result.output == expected, "\(result.complaints)")
    }
}
