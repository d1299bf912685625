import Foundation
import TestSupport
import Testing

@testable import SASLDB

/// What an account without rights can do; needs root to become one.
@Suite(.enabled(if: geteuid() == 0, "needs root"))
struct RightsTests {
    let folder: TemporaryFolder
    var path: String { folder.path("sasldb2") }

    init() throws {
        folder = try TemporaryFolder()
        try Cyrus.set("secret", of: "alice@example.org", in: path)
        try Command("/bin/chown", "root:sasl", path).run()
        try Command("/bin/chmod", "0660", path).run()
    }

    func run(as groups: String, _ program: String, _ arguments: String...) throws -> Command.Result {
        let account = ["--reuid=nobody", "--regid=nogroup", groups]
        return try Command("/usr/bin/setpriv", account + [Programs.path(program)] + arguments).run(input: "secret")
    }

    @Test func `a member of the group changes the file in place`() throws {
        let result = try run(as: "--groups=sasl", "saslpasswd2", "-f", path, "bob@example.org")
        #expect(result.status == 0 && result.complaints.isEmpty)
        #expect(try Cyrus.users(in: path).count == 2)
        #expect(try Cyrus.verifies(path))
        let owner = try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountName] as? String
        #expect(owner == "root")
    }

    @Test func `another account gets the reason`() throws {
        let reason = "open \(path): Permission denied; run as root or as a member of the file's group\n"
        let list = try run(as: "--clear-groups", "sasldblistusers2", path)
        #expect(list.complaints == "listusers failed: " + reason)
        let set = try run(as: "--clear-groups", "saslpasswd2", "-f", path, "bob@example.org")
        #expect(set.status == 1)
        #expect(set.complaints == "saslpasswd2: generic failure: " + reason)
    }
}
