import Foundation
import TestSupport
import Testing

/// A daemon that is root without all that root may do, as in containers and units that take capabilities away.
@Suite(.enabled(if: geteuid() == 0, "only root has capabilities to lose"))
struct PrivilegeTests {
    private static let without = ["setuid", "setgid", "chown,kill", "all"]

    private static func losing(_ capabilities: String) -> [String] {
        let list = capabilities.split(separator: ",").map { "-\($0)" }.joined(separator: ",")
        return ["/usr/bin/setpriv", "--bounding-set=\(list)", "--inh-caps=\(list)"]
    }

    /// The accounts of the processes that a daemon has started.
    private static func accounts(_ daemon: Daemon) throws -> Set<Substring> {
        let pids = try Command("/bin/ps", "-o", "uid=", "--ppid", "\(daemon.pid)").run()
        return Set(pids.output.split(whereSeparator: \.isWhitespace))
    }

    @Test(arguments: without)
    func `what is left is enough for a daemon that runs as root throughout, as the original does`(
        capabilities: String
    ) throws {
        let daemon = try Daemon.started(by: Self.losing(capabilities))
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(try daemon.ask("alice", "wrong", "smtp", "") == .text("NO Incorrect password"))
        let names =
            capabilities == "all"
            ? ["chown", "kill", "setgid", "setuid"] : capabilities.split(separator: ",").map(String.init)
        let missing = names.map { "CAP_\($0.uppercased())" }.joined(separator: ", ")
        let warning =
            "all processes run as root, as in Cyrus saslauthd: \(missing) \(names.count > 1 ? "are" : "is") missing"
        #expect(daemon.wait { daemon.log.contains(warning) }, "\(daemon.log)")
        #expect(try Self.accounts(daemon) == ["0"])
    }

    @Test func `in a user namespace with one account likewise`() throws {
        let daemon = try Daemon.started(by: ["/usr/bin/unshare", "--user", "--map-root-user"])
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(daemon.wait { daemon.log.contains("is not mapped into this user namespace") })
    }

    @Test func `an account that was asked for is never replaced by root`() throws {
        let folder = try TemporaryFolder()
        let result = try Command(
            "/usr/bin/setpriv",
            "--bounding-set=-setuid",
            "--inh-caps=-setuid",
            Programs.path("saslauthd"),
            "-d",
            "-m",
            folder.path("run"),
            "-a",
            "scripted",
            "--user",
            "nobody"
        ).run()
        #expect(result.status == 1)
        #expect(
            result.complaints.contains("--user nobody: cannot run processes under that account: CAP_SETUID is missing")
        )
        #expect(!FileManager.default.fileExists(atPath: folder.path("run/mux")))
    }

    @Test func `a run directory of others is named with owner, mode and the account that has tried`() throws {
        let folder = try TemporaryFolder()
        try Command("/bin/chmod", "755", folder.url.path).run()
        let run = folder.path("run")
        try Command("/usr/bin/install", "-d", "-o", "root", "-g", "mail", "-m", "710", run).run()
        let nobody = ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", Programs.path("saslauthd")]
        let result = try Command("/usr/bin/setpriv", nobody + ["-m", run, "-a", "rimap", "-O", "localhost"]).run()
        #expect(result.status == 1)
        #expect(
            result.complaints.contains(
                "\(run) belongs to root:mail with mode 0710, and account nobody may not write to it"
            ),
            "\(result.complaints)"
        )
        let below = try Command("/usr/bin/setpriv", nobody + ["-m", "\(run)/x", "-a", "rimap", "-O", "localhost"]).run()
        #expect(
            below.complaints.contains("can not mkdir: \(run)/x")
                && below.complaints.contains("account nobody may not write")
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: run) == [])
    }
}
