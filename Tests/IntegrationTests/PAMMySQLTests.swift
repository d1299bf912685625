import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "PAM services and MariaDB of their own take a private system, and that takes root"))
struct PAMMySQLTests {
    @Test func `a mail database by pam_mysql has the original's answers, and is not a wrong password when it is down`()
        throws
    {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("pam-mysql.sh")
            .path
        let result = try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory])
        let expected = """
            right: original OK, ours OK
            right, whole login: original OK, ours OK
            newer hash: original OK, ours OK
            wrong: original NO, ours NO
            unknown: original NO, ours NO
            another realm: original NO, ours NO
            closed: original NO, ours NO
            injection: original NO, ours NO
            down: original NO, ours unavailable
            back: original OK, ours OK

            """
        #expect(result.output == expected, "\(result.complaints)")
        #expect(result.status == 0)
    }
}
