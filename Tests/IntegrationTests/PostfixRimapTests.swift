import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system for Postfix and Dovecot needs root"))
struct PostfixRimapTests {
    @Test func `Postfix takes what Dovecot knows, by -a rimap -r, and says 454 while Dovecot is down`() throws {
        let folder = try TemporaryFolder()
        try Command("/bin/chmod", "755", folder.url.path).run()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("postfix-rimap.sh").path
        let result = try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory])
        var expected = ""
        for mechanism in ["PLAIN", "LOGIN"] {
            expected += """
                \(mechanism) right: 235
                \(mechanism) right, odd: 235
                \(mechanism) wrong: 535
                \(mechanism) unknown: 535

                """
        }
        let end = "[service=smtp] [realm=example.org] [mech=rimap] [reason=remote server rejected your credentials]"
        expected += """
            Dovecot is down: 454
            back again: 235
            2 <38>                : auth failure: [user=alice@example.org] \(end)
            2 <38>                : auth failure: [user=nobody@example.org] \(end)
            0

            """
        #expect(result.output == expected, "\(result.complaints)")
    }
}
