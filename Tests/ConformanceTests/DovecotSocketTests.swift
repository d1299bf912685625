import Foundation
import Platform
import TestSupport
import Testing

/// The sockets of `--dovecot`: whose they are, how long they last, and what they replace.
@Suite(.enabled(if: geteuid() == 0, "only root gives files away")) struct DovecotSocketTests {
    let folder: TemporaryFolder
    /// A directory like Postfix's: its mail server's own, for others closed.
    let queue: String
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        let base = "/run/dovecot-test-\(UUID().uuidString.prefix(8))"
        try Command("/bin/sh", "-c", "mkdir -m 755 \(base); install -d -o nobody -m 700 \(base)/private").run()
        queue = base
        path = "\(base)/private/auth"
    }

    private func end() { try? FileManager.default.removeItem(atPath: queue) }

    private func rights(_ path: String) -> String? {
        guard let status = try? FileStatus(ofName: path), status.kind == .socket else { return nil }
        return "\(status.owner):\(status.group) \(String(status.permissions, radix: 8))"
    }

    /// Whether a client can connect.
    private func accepts(_ path: String) -> Bool {
        do {
            _ = try UnixSocket.connectNonblocking(to: path)
            return true
        } catch {
            return false
        }
    }

    /// The greeting and the answer to one login with PLAIN, without words that vary.
    private func login(_ login: String, _ password: String) throws -> String {
        let script = """
            import base64, re, socket, sys
            client = socket.socket(socket.AF_UNIX)
            client.connect(sys.argv[1])
            token = base64.b64encode("\\0".join(["", *sys.argv[2:]]).encode()).decode()
            client.sendall(f"VERSION\\t1\\t1\\nCPID\\t7\\nAUTH\\t1\\tPLAIN\\tservice=smtp\\tresp={token}\\n".encode())
            text = ""
            while not re.search("^(OK|FAIL)\\t.*\\n", text, re.M): text += client.recv(4096).decode() or sys.exit(text)
            print(" ".join(re.findall("^(?:MECH|OK|FAIL)\\t[^\\t\\n]*|user=[^\\t\\n]*", text, re.M)).replace("\\t", ":"))
            """
        return try Command("/usr/bin/python3", "-c", script, path, login, password).run().output
    }

    private func identity(_ path: String) throws -> [UInt64] {
        let status = try FileStatus(ofName: path)
        return [UInt64(status.device), UInt64(status.inode)]
    }

    private func start(_ words: String...) throws -> Command.Result {
        try Command(Programs.path("saslauthd"), ["-a", "scripted", "-m", folder.path("run")] + words).run()
    }

    @Test func `the socket has its owner, group and mode, outlasts the frontend, and is removed at the end`() throws {
        defer { end() }
        let daemon = try Daemon.scripted("--dovecot", "\(path),user=nobody,group=daemon,mode=0620")
        #expect(daemon.wait { rights(path) == "65534:1 620" })
        let first = try identity(path)
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(daemon.wait { daemon.log.contains("listening on socket for Dovecot's protocol: \(path)\n") })
        let frontend = try daemon.runningFrontend()
        kill(frontend, SIGKILL)
        #expect(daemon.wait { daemon.frontend.map { $0 != frontend } ?? false })
        #expect(accepts(path))
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(daemon.reload())
        #expect(try identity(path) == first && rights(path) == "65534:1 620")
        #expect(accepts(path))
        kill(daemon.pid, SIGTERM)
        #expect(daemon.wait { daemon.log.contains("master exited: ") })
        #expect(rights(path) == nil)
    }

    @Test func `logins get their verdicts, also after the end of a frontend and a reload with other mechanisms`() throws
    {
        defer { end() }
        let settings = folder.path("settings")
        func set(_ keys: String) throws {
            let text = "MECHANISMS=scripted\nOPTIONS=\"--dovecot \(path)\(keys)\"\n"
            try text.write(toFile: settings, atomically: true, encoding: .utf8)
        }
        try set("")
        let daemon = try Daemon.settings(settings)
        #expect(daemon.wait { accepts(path) })
        let both = "MECH:PLAIN MECH:LOGIN"
        #expect(try login("alice", "secret") == "\(both) OK:1 user=alice\n")
        #expect(try login("alice", "wrong") == "\(both) FAIL:1 user=alice\n")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"), "the mux is served too")
        kill(try daemon.runningFrontend(), SIGKILL)
        #expect(try login("alice", "secret") == "\(both) OK:1 user=alice\n")
        try set(",mechanisms=plain,deadline=4")
        #expect(daemon.reload())
        #expect(try login("alice", "secret") == "MECH:PLAIN OK:1 user=alice\n")
    }

    @Test func `a reload creates, changes and removes sockets, and keeps the others`() throws {
        defer { end() }
        let settings = folder.path("settings")
        func set(_ options: String) throws {
            try "MECHANISMS=scripted\nOPTIONS=\"\(options)\"\n".write(
                toFile: settings,
                atomically: true,
                encoding: .utf8
            )
        }
        let (kept, other, new) = (path, "\(queue)/other", "\(queue)/new")
        try set("--dovecot \(kept),user=nobody --dovecot \(other)")
        let daemon = try Daemon.settings(settings)
        #expect(daemon.wait { rights(kept) == "65534:0 660" && rights(other) == "0:0 660" })
        let first = try identity(kept)
        // The group is given, the owner taken away, and the mode changed, of the same socket.
        try set("--dovecot \(kept),group=daemon,mode=0606,deadline=4 --dovecot \(new)")
        #expect(daemon.reload())
        #expect(daemon.wait { rights(kept) == "0:1 606" })
        #expect(try identity(kept) == first)
        #expect(rights(new) == "0:0 660" && rights(other) == nil)
        #expect(daemon.log.contains("no longer listening on socket for Dovecot's protocol: \(other)\n"))
        // Wrong settings change nothing.
        try set("--dovecot \(kept),user=nobody --dovecot \(other) --dovecot \(queue)/missing/auth")
        #expect(daemon.reload("reload failed"))
        #expect(rights(kept) == "0:1 606" && rights(new) == "0:0 660" && rights(other) == nil)
        #expect(
            daemon.log.contains(
                "--dovecot \(queue)/missing/auth: the directory \(queue)/missing does not exist; create it or use another path"
            )
        )
        // A socket that somebody removed is created again.
        try FileManager.default.removeItem(atPath: kept)
        try set("--dovecot \(kept),user=nobody --dovecot \(new)")
        #expect(daemon.reload())
        #expect(rights(kept) == "65534:0 660")
        try set("")
        #expect(daemon.reload())
        #expect(rights(kept) == nil && rights(new) == nil)
    }

    @Test func `a socket left by a killed daemon is replaced, and one in use is not`() throws {
        defer { end() }
        try Command("/usr/bin/python3", "-c", "import socket,sys; socket.socket(1).bind(sys.argv[1])", path).run()
        let daemon = try Daemon.scripted("--dovecot", path)
        #expect(daemon.wait { accepts(path) })
        let first = try identity(path)
        let result = try start("--dovecot", path)
        #expect(result.status == 1)
        #expect(
            result.complaints.contains("--dovecot \(path): another process listens there; stop it or use another path")
        )
        #expect(try identity(path) == first)
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("run")) == [])
    }

    @Test func `a daemon that follows a killed one waits for the end of its frontend`() throws {
        defer { end() }
        let script = """
            serve() { "$0" -a scripted -m $1/run --dovecot $2,user=nobody 2>&1; echo "exit $?"; }
            for i in 1 2 3 4 5; do serve "$1" "$2"; P=$(cat $1/run/saslauthd.pid); kill -9 $P; done
            serve "$1" "$2"; P=$(cat $1/run/saslauthd.pid); test -S $2 && echo socket
            kill $P; while kill -0 $P 2>/dev/null; do sleep 0.01; done; test -e $2 || echo gone
            """
        let result = try Command("/bin/sh", "-c", script, Programs.path("saslauthd"), folder.url.path, path).run()
        let ends = result.output.split(separator: "\n").filter { !$0.contains(":") }
        #expect(ends == Array(repeating: "exit 0", count: 6) + ["socket", "gone"], "\(result.output)")
    }

    @Test(arguments: ["touch", "mkdir", "ln -s /run/no-such-file", "ln -s /etc/passwd", "mkfifo"])
    func `another file in the place of the socket is neither removed nor changed nor followed`(make: String) throws {
        defer { end() }
        try Command("/bin/sh", "-c", "\(make) \(path); chown -h nobody \(path)").run()
        let before = try FileStatus(ofName: path)
        let target = try FileStatus(of: "/etc/passwd")
        let result = try start("--dovecot", "\(path),user=nobody,mode=0666")
        #expect(result.status == 1)
        #expect(result.complaints.contains("--dovecot \(path): exists and is not a socket"), "\(result.complaints)")
        #expect(try FileStatus(ofName: path) == before)
        #expect(try FileStatus(of: "/etc/passwd") == target)
        #expect(!FileManager.default.fileExists(atPath: "/run/no-such-file"))
        let check = try start("--dovecot", path, "--check")
        #expect(check.status == 1 && check.output.contains("wrong: --dovecot \(path): exists and is not a socket"))
    }

    @Test func `a socket of another kind that is in use stays`() throws {
        defer { end() }
        let script = """
            import socket, subprocess, sys
            other = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            other.bind(sys.argv[1])
            sys.exit(subprocess.call(sys.argv[2:]))
            """
        let words = ["-c", script, path, Programs.path("saslauthd"), "-a", "scripted", "-m", folder.path("run")]
        let result = try Command("/usr/bin/python3", words + ["--dovecot", path]).run()
        #expect(result.status == 1 && result.complaints.contains("another process listens there"), "\(result)")
        #expect(rights(path) != nil)
    }

    @Test func `root creates no socket below a directory of another account, or where everyone may write`() throws {
        defer { end() }
        // The owner of private/ makes a link to a directory of root's.
        try Command(
            "/bin/sh",
            "-c",
            "mkdir \(queue)/roots; ln -s ../roots \(queue)/private/x; chown -h nobody \(queue)/private/x"
        )
        .run()
        try Command("/bin/sh", "-c", "mkdir -m 1777 \(queue)/open").run()
        for (path, place) in [
            ("private/x/auth", "\(queue)/private,"), ("open/auth", "\(queue)/open is writable for others"),
        ] {
            for words in [[], ["--check"]] {
                let line = ["-a", "scripted", "-m", folder.path("run"), "--dovecot", "\(queue)/\(path)"] + words
                let result = try Command(Programs.path("saslauthd"), line).run()
                #expect(result.status == 1)
                #expect((result.complaints + result.output).contains(place), "\(result)")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: queue + "/roots") == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: queue + "/open") == [])
    }

    @Test func `an account that is not root cannot give a socket away, and leaves no file`() throws {
        defer { end() }
        let own = "\(queue)/private"
        let words = [
            "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", Programs.path("saslauthd"), "-a", "scripted",
        ]
        let given = try Command("/usr/bin/setpriv", words + ["-m", "\(own)/run", "--dovecot", "\(path),user=daemon"])
            .run()
        #expect(given.status == 1)
        #expect(
            given.complaints.contains(
                "--dovecot \(path): cannot give the socket to account daemon: Operation not permitted"
            )
        )
        #expect(rights(path) == nil)
        let check = try Command(
            "/usr/bin/setpriv",
            words + ["-m", "\(own)/run", "--dovecot", "\(path),user=daemon", "--check"]
        ).run()
        #expect(check.output.contains("wrong: --dovecot \(path): only root can give the socket to account daemon"))
    }

    @Test func `--check prints what would be created, who can connect, and creates nothing`() throws {
        defer { end() }
        let result = try start("--dovecot", "\(path),user=nobody,group=daemon", "--dovecot", "\(queue)/auth", "--check")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("option: --dovecot \(path),user=nobody,group=daemon\n"))
        #expect(result.output.contains("ok: \(path) would be created: owner nobody, group daemon, mode 0660\n"))
        #expect(
            result.output.contains(
                "note: \(path): account nobody and group daemon can connect, if they may enter \(queue)/private\n"
            )
        )
        #expect(result.output.contains("note: \(path): account nobody owns the directory and can replace the socket\n"))
        #expect(result.output.contains("note: --dovecot \(queue)/auth: only root can connect; "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: queue) == ["private"])
    }

    @Test func `a start that fails leaves no socket`() throws {
        defer { end() }
        let result = try start("-O", "unusable", "--dovecot", path)
        #expect(result.status == 1 && rights(path) == nil)
        let faulty = try start("--dovecot", path, "--dovecot", "\(queue)/missing/auth")
        #expect(faulty.status == 1 && rights(path) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("run")) == [])
    }
}
