import Foundation
import TestSupport
import Testing

/// What a service manager is told; sd_notify(3).
@Suite struct NotifyTests {
    /// A service manager's socket, whose datagrams are lines of output: `READY=1 STATUS=...`.
    private final class Manager {
        private let folder: TemporaryFolder
        private let program: BackgroundProgram
        let address: String

        init(isAbstract: Bool = false) throws {
            folder = try TemporaryFolder()
            address = isAbstract ? "@saslauthd-tests-\(UUID())" : folder.path("notify")
            program = try BackgroundProgram(
                "/usr/bin/python3",
                "-c",
                """
                import socket, sys
                name = sys.argv[1]
                manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                manager.bind("\\0" + name[1:] if name[0] == "@" else name)
                print("bound", flush=True)
                while True: print(manager.recv(4096).decode().replace("\\n", " "), flush=True)
                """,
                address
            )
        }

        /// All but what it is to keep.
        var lines: [Substring] {
            program.output.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("FDSTORE") }
        }

        func daemon(_ variables: String..., by command: [String] = []) throws -> Daemon {
            try Daemon.started(by: ["/usr/bin/env", "NOTIFY_SOCKET=\(address)"] + variables + command)
        }
    }

    @Test(arguments: [false, true])
    func `it is told of the start, of reloads good and refused, and of the end`(isAbstract: Bool) throws {
        let manager = try Manager(isAbstract: isAbstract)
        let daemon = try manager.daemon()
        let status = "scripted answers at \(daemon.socket)"
        #expect(waitUntil { manager.lines.last == "READY=1 STATUS=\(status)" })
        #expect(daemon.reload())
        #expect(waitUntil { manager.lines.count == 3 })
        #expect(manager.lines.last == "READY=1 STATUS=\(status)")
        kill(daemon.pid, SIGTERM)
        #expect(waitUntil { manager.lines.last == "STOPPING=1 STATUS=finishing requests in flight" })
        let words = manager.lines.dropFirst().first?.split(separator: " ", maxSplits: 2) ?? []
        try #require(words.count == 3)
        #expect(words[0] == "RELOADING=1")
        #expect(words[1].hasPrefix("MONOTONIC_USEC=") && UInt64(words[1].dropFirst(15)) != nil)
        #expect(words[2] == "STATUS=reloading settings and files; \(status)")
    }

    @Test func `a command without -f names the process that stays, which the watchdog then watches`() throws {
        let manager = try Manager()
        let folder = try TemporaryFolder()
        let run = folder.path("run")
        let start = try Command(
            "/bin/sh",
            "-c",
            "WATCHDOG_PID=$$ exec \"$@\"",
            "sh",
            "/usr/bin/env",
            "NOTIFY_SOCKET=\(manager.address)",
            "WATCHDOG_USEC=200000",
            Programs.path("saslauthd"),
            "-a",
            "scripted",
            "-m",
            run
        ).run()
        try #require(start.status == 0, "\(start.complaints)")
        let pid = try String(contentsOfFile: "\(run)/saslauthd.pid", encoding: .utf8).trimmingCharacters(in: .newlines)
        defer { kill(pid_t(pid) ?? 0, SIGTERM) }
        #expect(waitUntil { manager.lines.contains("MAINPID=\(pid) READY=1") })
        #expect(waitUntil { manager.lines.contains("WATCHDOG=1") })
    }

    @Test func `it is told why a reload is refused`() throws {
        let manager = try Manager()
        let folder = try TemporaryFolder()
        let settings = folder.path("settings")
        try "THREADS=1".write(toFile: settings, atomically: true, encoding: .utf8)
        let daemon = try Daemon.started(
            by: ["/usr/bin/env", "NOTIFY_SOCKET=\(manager.address)"],
            "--settings",
            settings
        )
        #expect(waitUntil { manager.lines.count == 1 })
        try "THREADS=x".write(toFile: settings, atomically: true, encoding: .utf8)
        #expect(daemon.reload("reload failed"))
        let reason = "\(settings):1: THREADS: -n x is not a number from 0 to 1024"
        let start = "READY=1 STATUS=reload failed, keeping the current settings: \(reason)"
        #expect(waitUntil { manager.lines.last?.hasPrefix(start) == true })
        #expect(manager.lines.last?.hasSuffix("; scripted answers at \(daemon.socket)") == true)
    }

    @Test func `its watchdog is told that all is well, if it asks this process`() throws {
        let manager = try Manager()
        let daemon = try manager.daemon("WATCHDOG_USEC=2000")
        #expect(daemon.wait { manager.lines.count { $0 == "WATCHDOG=1" } > 3 })

        let other = try Manager()
        let unasked = try other.daemon("WATCHDOG_USEC=2000", "WATCHDOG_PID=1")
        #expect(unasked.reload())
        #expect(waitUntil { other.lines.count == 3 })
        #expect(!other.lines.contains("WATCHDOG=1"))

        let asked = try Manager()
        let right = try asked.daemon(by: ["/bin/sh", "-c", #"WATCHDOG_USEC=2000 WATCHDOG_PID=$$ exec "$@""#, "sh"])
        #expect(right.wait { asked.lines.contains("WATCHDOG=1") })
    }

    @Test func `a frontend that hangs is killed and replaced, and clients are answered`() throws {
        let manager = try Manager()
        let daemon = try manager.daemon("WATCHDOG_USEC=200000")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let frontend = try daemon.runningFrontend()
        kill(frontend, SIGSTOP)
        let client = try MuxClient(daemon.socket)
        try client.send(MuxClient.request("alice", "secret", "", ""))
        #expect(daemon.wait { daemon.log.contains("(\(frontend)) was killed by signal 9; restarting it") })
        #expect(daemon.log.contains("the frontend (\(frontend)) does not respond to the master; killing it"))
        #expect(try client.answer() == .text("OK"))
        let signs = manager.lines.count
        #expect(waitUntil { manager.lines.count > signs }, "the watchdog hears that all is well again")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to look"))
    func `no other process is told where to tell it anything`() throws {
        let manager = try Manager()
        let daemon = try manager.daemon("WATCHDOG_USEC=60000000", "LISTEN_PID=1", "LISTEN_FDS=1", "KEPT=1")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        for child in daemon.children {
            let environment = try String(contentsOfFile: "/proc/\(child)/environ", encoding: .utf8)
            #expect(environment.contains("KEPT=1"))
            #expect(!environment.contains("NOTIFY_"))
            #expect(!environment.contains("WATCHDOG_"))
            #expect(!environment.contains("LISTEN_"))
        }
        #expect(daemon.children.count == 2)
    }
}
