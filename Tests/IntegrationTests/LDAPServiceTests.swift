import Foundation
import TestSupport
import Testing

/// The mechanism `ldap` behind other programs: mail servers, and supervisors that start it.
@Suite(.enabled(if: geteuid() == 0, "a private system for the servers needs root"))
struct LDAPServiceTests {
    private func output(of name: String) throws -> Command.Result {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
        return try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory, PrivateSystem.packages])
    }

    /// OpenLDAP answers invalidCredentials (49) too when saslauthd has no verdict, so Exim refuses.
    @Test func `Exim asks OpenLDAP, which asks us, and we ask another directory`() throws {
        let result = try output(of: "exim-ldap.sh")
        // The replies to right and to other passwords; LOGIN asks us directly.
        let states: [(state: String, plain: (Int, Int), login: (Int, Int))] = [
            ("up", (235, 535), (235, 535)), ("first down", (235, 535), (235, 535)),
            ("both down", (535, 535), (435, 435)), ("back", (235, 535), (235, 535)),
            ("OpenLDAP down", (435, 435), (235, 535)),
        ]
        var expected = ""
        for (state, plain, login) in states {
            for (mechanism, (right, other)) in [("PLAIN", plain), ("LOGIN", login)] {
                for what in ["right", "right, odd"] { expected += "\(state), \(mechanism) \(what): \(right)\n" }
                for what in ["wrong", "unknown there", "unknown", "another entry"] {
                    expected += "\(state), \(mechanism) \(what): \(other)\n"
                }
            }
        }
        #expect(result.output == expected + "unavailable: 4\npasswords: 0\n", "\(result.complaints)")
        #expect(result.status == 0, "\(result.complaints)")
    }

    @Test func `supervisord starts, restarts and stops it as docker-mailserver and Jitsi Meet do`() throws {
        let result = try output(of: "supervisor.sh")
        let logins = "right 0, wrong 1, unknown 1, disabled 1\n"
        var expected = ""
        for setup in ["docker-mailserver", "jitsi"] {
            expected += "\(setup): started\n\(setup) starts: \(logins)"
            // The names of processes are cut.
            for name in ["saslauthd-ldap", "saslauthd-front", "saslauthd"] {
                expected += "\(setup), \(name) killed: \(logins)"
            }
            expected += """
                \(setup): masters 1, frontends 1
                \(setup), the directory down: 2
                \(setup), the directory back: \(logins)\(setup): stopped
                \(setup): started
                \(setup) restarts: \(logins)\(setup): stopped
                \(setup): files left: 0
                stopped: \(setup) (exit status 0)
                auth failure: [user=bob@example.org] [service=smtp] [realm=] [mech=ldap] [reason=Unknown]
                \(setup): lines with passwords: 0

                """
        }
        #expect(result.output == expected, "\(result.complaints)")
        #expect(result.status == 0, "\(result.complaints)")
    }
}
