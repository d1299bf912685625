import Foundation
import Platform
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

    /// Executes a command with the listening sockets `name=path` of the first argument, as a service manager does.
    private static let activation = """
        import os, socket, sys
        pairs = [pair.split("=") for pair in sys.argv[1].split()]
        listeners = []
        for place, (name, path) in enumerate(pairs):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path if path[0] == "/" else "\\0" + path)
            listener.listen()
            listeners.append(os.dup(listener.fileno()))
            os.chmod(path, 0o640) if path[0] == "/" else None
        copies = [os.dup2(number, 50 + place) for place, number in enumerate(listeners)]
        for place, number in enumerate(copies): os.dup2(number, 3 + place)
        os.environ.update(
            LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(pairs)), LISTEN_FDNAMES=":".join(name for name, _ in pairs)
        )
        os.execvp(sys.argv[2], sys.argv[2:])
        """

    @Test func `a socket named dovecot, or with the path of --dovecot, is for Dovecot's protocol`() throws {
        let folder = try TemporaryFolder()
        let (named, given, other) = (folder.path("named"), folder.path("given"), folder.path("other"))
        let daemon = try Daemon.started(
            by: ["/usr/bin/python3", "-c", Self.activation, "dovecot=\(named) x=\(given) saslauthd.socket=\(other)"],
            "--dovecot",
            "\(given),user=nobody,mode=0600,deadline=4"
        )
        func check() throws {
            let words = try String(contentsOfFile: "/proc/\(daemon.runningFrontend())/cmdline", encoding: .utf8)
            let passed = words.split(separator: "\0").filter { $0.hasPrefix("--dovecot=") }
            #expect(passed == ["--dovecot=\(given),user=nobody,mode=0600,deadline=4", "--dovecot=\(named)"])
            #expect(try MuxClient.ask(other, "alice", "secret", "", "") == .text("OK"))
            #expect(try MuxClient.ask(daemon.socket, "alice", "secret", "", "") == .text("OK"))
            for path in [named, given] {
                let state = try FileStatus(ofName: path)
                #expect(state.kind == .socket && state.permissions == 0o640 && state.owner == geteuid())
            }
        }
        #expect(daemon.wait { daemon.log.contains("listening on socket for Dovecot's protocol: \(named)\n") })
        try check()
        for path in [named, given] {
            #expect(daemon.log.contains("listening on socket for Dovecot's protocol: \(path)\n"))
            #expect(!daemon.log.contains("listening on socket: \(path)\n"))
        }
        #expect(daemon.reload())
        #expect(
            daemon.wait {
                (try? Command("/usr/bin/pgrep", "-c", "-P", "\(daemon.pid)", "saslauthd-front").run().output) == "1\n"
            }
        )
        try check()
        kill(daemon.pid, SIGTERM)
        #expect(daemon.wait { daemon.log.contains("master exited: ") })
        #expect([named, given, other].allSatisfy { FileManager.default.fileExists(atPath: $0) })
    }

    @Test(arguments: [
        ("dovecot=RUN/mux", "passed RUN/mux for Dovecot's protocol, but it is the socket of -m RUN"),
        ("dovecot=abstract", "that the service manager passed for Dovecot's protocol"),
        ("dovecot=RUN/a,b", "cannot serve the socket RUN/a,b that the service manager passed for Dovecot's protocol"),
    ])
    func `a socket that cannot be for Dovecot's protocol ends the start`(socket: String, reason: String) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        let run = folder.url.path
        // Abstract names are those of all tests on this machine.
        let name = socket.replacing("abstract", with: "abstract-\(UUID())").replacing("RUN", with: run)
        let words = ["-c", Self.activation, name]
        let line = [Programs.path("saslauthd"), "-a", "scripted", "-f", "-m", run]
        let result = try Command("/usr/bin/python3", words + line).run()
        #expect(result.status == 1)
        #expect(
            result.complaints.contains(reason.replacingOccurrences(of: "RUN", with: run)),
            "\(result.complaints)"
        )
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
