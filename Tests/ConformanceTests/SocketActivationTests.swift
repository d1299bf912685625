import Foundation
import TestSupport
import Testing

/// Sockets that a service manager made and hands over; sd_listen_fds(3).
@Suite struct SocketActivationTests {
    private let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("activate.py").path

    @Test func `a restart under load loses no request`() throws {
        let daemon = try Daemon.started(by: [script, "again"])
        func pid() -> Int32? {
            let text = try? String(contentsOfFile: daemon.folder.path("pid"), encoding: .utf8)
            return text.flatMap { Int32($0.dropLast()) }
        }
        let load = Load(daemon.socket, [["alice", "secret", "", ""], ["alice", "wrong", "", ""]])
        for _ in 0..<4 {
            #expect(load.awaits(#"0: "OK""#))
            let old = try #require(pid())
            kill(old, SIGTERM)
            #expect(waitUntil { pid().map { $0 != old } ?? false })
        }
        #expect(load.awaits(#"0: "OK""#))
        #expect(Set(load.stop().keys) == [#"0: "OK""#, #"1: "NO Incorrect password""#])
        #expect(daemon.log.components(separatedBy: "master exited: ").count == 5)
    }

    @Test func `the file is the service manager's, and a reload keeps the socket`() throws {
        let daemon = try Daemon.started(by: [script, "once"], "-m", "/tmp/../tmp/\(UUID())")
        let other = daemon.folder.path("other")
        #expect(try MuxClient.ask(daemon.socket, "alice", "secret", "", "") == .text("OK"))
        #expect(try MuxClient.ask(other, "alice", "secret", "", "") == .text("OK"), "no run directory names it")
        #expect(daemon.reload())
        #expect(try MuxClient.ask(daemon.socket, "alice", "secret", "", "") == .text("OK"))
        #expect(try MuxClient.ask(other, "alice", "secret", "", "") == .text("OK"))
        let own = try #require(
            daemon.log.split(separator: "\n").first { $0.contains("listening on socket: /tmp/../tmp/") }?
                .split(separator: " ").last.map(String.init)
        )
        #expect(try MuxClient.ask(own, "alice", "secret", "", "") == .text("OK"))
        kill(daemon.pid, SIGTERM)
        #expect(daemon.wait { daemon.log.contains("master exited: ") })
        #expect(FileManager.default.fileExists(atPath: daemon.socket))
        #expect(FileManager.default.fileExists(atPath: other))
        #expect(!FileManager.default.fileExists(atPath: own))
        try FileManager.default.removeItem(atPath: own.replacingOccurrences(of: "/mux", with: ""))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to look"))
    func `no other process finds a socket named in its environment`() throws {
        let daemon = try Daemon.started(by: [script, "again"])
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let master = try String(contentsOfFile: daemon.folder.path("pid"), encoding: .utf8).dropLast()
        let environments = try Command("/usr/bin/pgrep", "-P", String(master)).run().output.split(separator: "\n")
            .map { try String(contentsOfFile: "/proc/\($0)/environ", encoding: .utf8) }
        #expect(environments.count == 2)
        #expect(!environments.contains { $0.contains("LISTEN_") })
    }

    @Test(arguments: [
        ("AF_INET", ["-f"], "passed as descriptor 3: getsockname: Protocol wrong type for socket"),
        ("AF_UNIX", [], "passed sockets (LISTEN_FDS), which requires -f"),
    ])
    func `what cannot be served ends the start`(family: String, arguments: [String], reason: String) throws {
        let folder = try TemporaryFolder()
        let start = """
            import os, socket, sys
            listener = socket.socket(getattr(socket, sys.argv[1]))
            if sys.argv[1] == "AF_UNIX": listener.bind(sys.argv[2])
            listener.listen()
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
            os.execv(sys.argv[3], sys.argv[3:])
            """
        let result = try Command(
            "/usr/bin/python3",
            ["-c", start, family, folder.path("other"), Programs.path("saslauthd"), "-a", "scripted"] + arguments
                + ["-m", folder.url.path]
        ).run()
        #expect(result.status == 1)
        #expect(result.complaints.contains(reason), "\(result.complaints)")
    }
}
