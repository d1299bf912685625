import Foundation
import TestSupport
import Testing

/// What a running daemon does while its programs are replaced under it.
@Suite struct ReplacedProgramsTests {
    let folder: TemporaryFolder

    /// Programs of its own for a daemon.
    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        for name in ["saslauthd-frontend", "saslauthd-scripted"] {
            try Command("/bin/cp", Programs.path(name), folder.path(name)).run()
        }
    }

    private func move(_ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: folder.path(from), toPath: folder.path(to))
    }

    /// A frontend that takes its command line for that of another program.
    private func putOtherFrontend() throws {
        try Command(
            "/bin/sh",
            "-c",
            "printf '#!/bin/sh\\nexit 64\\n' >\"$0\" && chmod 0755 \"$0\"",
            folder.path("saslauthd-frontend")
        )
        .run()
    }

    @Test func `a frontend that cannot be started again is tried again until it can be`() throws {
        let daemon = try Daemon.scripted("--mechanism-directory", folder.url.path)
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        try move("saslauthd-frontend", "away")
        kill(try daemon.runningFrontend(), SIGKILL)
        #expect(daemon.wait { daemon.log.components(separatedBy: "cannot start the frontend: ").count > 2 })
        try move("away", "saslauthd-frontend")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
    }

    @Test func `a reload whose frontend cannot be started is refused`() throws {
        let daemon = try Daemon.scripted("--mechanism-directory", folder.url.path)
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        try move("saslauthd-frontend", "away")
        #expect(daemon.reload("reload failed, keeping the current settings: start "))
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        try move("away", "saslauthd-frontend")
        #expect(daemon.reload())
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
    }

    /// Opens a program for writing, so that the kernel does not run it: ETXTBSY, as fork's EAGAIN a fault that passes.
    private func occupy(_ name: String) throws -> FileHandle {
        try #require(FileHandle(forUpdatingAtPath: folder.path(name)))
    }

    @Test(arguments: [
        ("saslauthd-frontend", "cannot start the frontend"),
        ("saslauthd-scripted", "cannot start a worker (saslauthd-scripted) now"),
    ])
    func `a start that the system cannot do now is tried again until it can`(program: String, fault: String) throws {
        let file = try occupy(program)
        let text = "\(fault): start \(folder.path(program)): Text file busy"
        let daemon = try Daemon.scripted("--mechanism-directory", folder.url.path)
        #expect(daemon.wait { daemon.log.components(separatedBy: text).count > 2 }, "\(daemon.log)")
        try file.close()
        #expect(daemon.wait { (try? daemon.ask("alice", "secret", "", "")) == .text("OK") }, "\(daemon.log)")
    }

    @Test(arguments: ["saslauthd-frontend", "saslauthd-scripted"])
    func `a reload that the system cannot do now is tried again until it can, and logins go on`(
        program: String
    ) throws {
        let daemon = try Daemon.scripted("--mechanism-directory", folder.url.path)
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        try move(program, "other")
        try Command("/bin/cp", folder.path("other"), folder.path(program)).run()
        let file = try occupy(program)
        kill(daemon.pid, SIGHUP)
        #expect(daemon.wait { daemon.log.contains(": Text file busy") }, "\(daemon.log)")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        try file.close()
        #expect(daemon.wait { daemon.log.contains("reloaded settings") }, "\(daemon.log)")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
    }

    @Test func `a worker that cannot be started makes requests unavailable until it can be`() throws {
        let daemon = try Daemon.scripted("--mechanism-directory", folder.url.path)
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        try move("saslauthd-scripted", "away")
        #expect(try daemon.ask("crash", "secret", "", "") == .text(""))
        #expect(try daemon.ask("alice", "secret", "", "") == .text(""))
        #expect(daemon.log.contains("mechanism scripted cannot be used: start "))
        try move("away", "saslauthd-scripted")
        #expect(daemon.wait { (try? daemon.ask("alice", "secret", "", "")) == .text("OK") })
    }

    @Test func `a frontend of another version is named as the reason`() throws {
        let daemon = try Daemon.scripted("--mechanism-directory", folder.url.path)
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let text = "saslauthd-frontend has another version: restart saslauthd after an upgrade"
        try move("saslauthd-frontend", "away")
        try putOtherFrontend()
        #expect(daemon.reload("reload failed, keeping the current settings: \(text)"))
        kill(try daemon.runningFrontend(), SIGKILL)
        #expect(daemon.wait { daemon.log.components(separatedBy: text).count > 2 })
    }

    @Test func `the frontend says so where it does not understand its command line`() throws {
        for words in [["--no-such-word"], ["--mechanism", "pam", "--listeners", "1", "--master-version", "0.0"]] {
            let result = try Command(folder.path("saslauthd-frontend"), words).run()
            #expect(result.status == 64)
            #expect(result.complaints.contains("restart saslauthd after an upgrade"))
        }
    }

    /// A program of a mechanism that is told that the daemon is of version 0.9.
    private func putOtherMechanism(_ name: String) throws {
        try Command(
            "/bin/sh",
            "-c",
            "rm -f \"$0\" && printf '#!/bin/sh\\nSASLAUTHD_VERSION=0.9 exec \"%s\"\\n' \"$1\" >\"$0\" && chmod 0755 \"$0\"",
            folder.path("saslauthd-\(name)"),
            Programs.path("saslauthd-\(name)")
        )
        .run()
    }

    @Test(arguments: [("sasldb", "/no/file"), ("rimap", "127.0.0.1")])
    func `a mechanism program of this package and of another version does nothing, and says what to do`(
        mechanism: String,
        option: String
    ) throws {
        try putOtherMechanism(mechanism)
        let words = ["-d", "-a", mechanism, "-O", option, "-m", folder.path("run")]
        let result = try Command(
            Programs.path("saslauthd"),
            words + ["--mechanism-directory", folder.url.path]
        ).run()
        #expect(result.status == 1)
        #expect(
            result.complaints.contains(
                #/failed to initialize mechanism \w+: saslauthd-\w+ has version [0-9.]+, but the running saslauthd has 0\.9: restart saslauthd after an upgrade/#
            ),
            "\(result)"
        )
    }

    @Test func `a worker of another version lets nobody in while the daemon runs`() throws {
        try Command("/bin/cp", Programs.path("saslauthd-rimap"), folder.path("saslauthd-rimap")).run()
        // Nobody listens there: the mechanism is ready, and has no verdict. Each request is for a new worker.
        let daemon = try Daemon.ours(
            "rimap",
            "127.0.0.1/9",
            "--mechanism-directory",
            folder.url.path,
            "--max-requests",
            "1"
        )
        #expect(try daemon.ask("alice", "secret", "", "") == .text(""))
        try putOtherMechanism("rimap")
        let text = "the running saslauthd has 0.9: restart saslauthd after an upgrade"
        #expect(
            daemon.wait {
                _ = try? daemon.ask("alice", "secret", "", "")
                return daemon.log.contains(text)
            },
            "\(daemon.log)"
        )
        #expect(try daemon.ask("alice", "secret", "", "") == .text(""))
    }
}
