import Foundation
import TestSupport
import Testing

/// The recipes of saslauthd-recipes(7) with a directory.
@Suite(.enabled(if: geteuid() == 0, "a private system for the servers needs root"))
struct LDAPRecipeTests {
    private func output(of name: String) throws -> Command.Result {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
        return try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory])
    }

    @Test func `Postfix in its chroot lets users of a directory in, and nobody is wrong while it is down`() throws {
        let result = try output(of: "postfix-ldap.sh")
        var expected = ""
        for state in ["up", "back"] {
            for mechanism in ["PLAIN", "LOGIN"] {
                expected += "\(state), \(mechanism) right: 235\n"
                for what in ["wrong", "unknown", "any", "two entries"] {
                    expected += "\(state), \(mechanism) \(what): 535\n"
                }
            }
            guard state == "up" else { continue }
            for mechanism in ["PLAIN", "LOGIN"] { expected += "down, \(mechanism) right: 454\n" }
        }
        expected += "reader rejected: 454\n"
        for login in ["*", "alice", "both", "nobody"] {
            expected += """
                4 <38>                : auth failure: [user=\(login)@example.org] [service=smtp] [realm=example.org] [mech=ldap] [reason=Unknown]

                """
        }
        #expect(result.output == expected + "0\n", "\(result.complaints)")
    }

    @Test func `OpenLDAP asks another directory, and its second server while the first is down`() throws {
        let result = try output(of: "slapd-ldap.sh")
        var expected = ""
        for (state, right) in [("up", 0), ("first down", 0), ("both down", 49), ("second back", 0)] {
            expected += """
                \(state), right: \(right)
                \(state), wrong: 49
                \(state), the stored text: 49
                \(state), unknown there: 49

                """
        }
        expected += """
            6 <38>                : auth failure: [user=alice] [service=ldap] [realm=ad.example] [mech=ldap] [reason=Unknown]
            3 <38>                : auth failure: [user=bob] [service=ldap] [realm=ad.example] [mech=ldap] [reason=Unknown]
            3
            0

            """
        #expect(result.output == expected, "\(result.complaints)")
    }
}
