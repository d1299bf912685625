import Foundation
import TestSupport
import Testing

/// What a frontend that a stranger has taken over can do to the master: little.
@Suite struct HostileFrontendTests {
    /// A mechanism that does not notice the end of its connection.
    private static let deaf = """
        #!/usr/bin/python3
        import os, struct, time
        os.write(1, struct.pack(">IBHI", 7, 1, 1, 1))
        time.sleep(3600)

        """

    /// Programs for a daemon, with such a frontend among them.
    private struct Programs {
        let folder: TemporaryFolder
        var path: String { folder.url.path }

        init(_ behaviour: String) throws {
            folder = try TemporaryFolder()
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
            try behaviour.write(toFile: folder.path("behaviour"), atomically: true, encoding: .utf8)
            let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "../Support"
            )
            // By other processes: what this one has open for writing while another test starts a program cannot be run.
            try Command(
                "/bin/cp",
                support.appendingPathComponent("frontend-hostile").path,
                folder.path("saslauthd-frontend")
            ).run()
            try Command("/bin/sh", "-c", "cat >\"$0\" && chmod 0755 \"$0\"", folder.path("saslauthd-deaf"))
                .run(input: HostileFrontendTests.deaf)
        }

        func daemon(_ arguments: String...) throws -> Daemon {
            try Daemon.mechanism("deaf", ["--mechanism-directory", path] + arguments)
        }
    }

    /// How many processes of the mechanism the daemon has.
    private func workers(_ daemon: Daemon) throws -> Int {
        try Command("/usr/bin/pgrep", "-P", "\(daemon.pid)", "-f", "saslauthd-deaf").run().output
            .split(separator: "\n").count
    }

    @Test func `it has no more workers than -n says`() throws {
        let programs = try Programs("workers")
        let daemon = try programs.daemon("-n", "3")
        #expect(daemon.wait { (try? workers(daemon)) == 3 })
        #expect(daemon.reload(), "the master has dealt with what there was to deal with")
        #expect(try workers(daemon) <= 6)
    }

    @Test func `it cannot stop the master by reading nothing`() throws {
        let programs = try Programs("reload")
        let settings = programs.folder.path("settings")
        let arguments = "MECHANISMS=deaf\nOPTIONS='--mechanism-directory \(programs.path)"
        try (arguments + "'\n").write(toFile: settings, atomically: true, encoding: .utf8)
        let daemon = try Daemon.settings(settings)
        try (arguments + " --nonsense'\n").write(toFile: settings, atomically: true, encoding: .utf8)
        #expect(daemon.wait { daemon.log.components(separatedBy: "reload failed").count > 3 })
        kill(daemon.pid, SIGTERM)
        #expect(daemon.wait { daemon.log.contains("master exited") })
        #expect(daemon.log.components(separatedBy: "reload failed").count < 300)
    }

    @Test func `a line that has no end is its end`() throws {
        let programs = try Programs("long")
        let daemon = try programs.daemon()
        #expect(daemon.wait { daemon.log.contains("sent a line of more than 4096 bytes; killing it") })
        #expect(daemon.wait { daemon.log.contains("was killed by signal 9; restarting it") })
    }

    @Test func `a worker whose connection was closed is killed when it does not exit`() throws {
        let programs = try Programs("closed")
        let daemon = try programs.daemon("-n", "1")
        #expect(daemon.wait { daemon.log.contains("did not exit within 5 s; killing it") })
        #expect(daemon.wait { (try? workers(daemon)) == 0 })
    }
}
