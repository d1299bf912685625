import Foundation
import TestSupport
import Testing

/// HUP: settings and files are read again, and nobody who asks meanwhile notices.
@Suite struct ReloadTests {
    let folder: TemporaryFolder
    let database: String
    let settings: String

    init() throws {
        folder = try TemporaryFolder()
        // The account that the mechanism runs as reaches it.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        database = try exampleDatabase(in: folder)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: database)
        settings = folder.path("settings")
        try set("MECHANISMS=sasldb\nMECH_OPTIONS=\(database)\nTHREADS=2\n")
    }

    private func set(_ text: String) throws {
        try text.write(toFile: settings, atomically: true, encoding: .utf8)
    }

    /// Another database, in which the one user's password is "other".
    private func otherDatabase() throws -> String {
        let path = folder.path("other")
        let made = try Command(Programs.path("saslpasswd2"), "-p", "-c", "-f", path, "-u", "example.org", "alice").run(
            input: "other"
        )
        try #require(made.status == 0, "\(made.complaints)")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        return path
    }

    @Test func `under load no request is lost and none answered wrongly`() throws {
        let daemon = try Daemon.settings(settings)
        let load = Load(
            daemon.socket,
            [["alice", "secret", "smtp", "example.org"], ["alice", "wrong", "smtp", "example.org"]]
        )
        for _ in 0..<5 {
            #expect(load.awaits(#"0: "OK""#))
            #expect(daemon.reload())
        }
        #expect(load.awaits(#"0: "OK""#))
        #expect(Set(load.stop().keys) == [#"0: "OK""#, #"1: "NO""#])
        #expect(daemon.wait { daemon.children.count <= 3 }, "those before have ended")
    }

    @Test func `what is in hand and what has begun is answered by the one before`() throws {
        let daemon = try Daemon.scripted()
        let slow = try MuxClient(daemon.socket)
        try slow.send(MuxClient.request("slow", "secret", "", ""))
        let half = try MuxClient(daemon.socket)
        try half.send([0, 5, 0x61])
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(daemon.reload())
        try half.send(Array("lice".utf8) + MuxClient.request("secret", "", ""))
        #expect(try half.answer() == .text("OK"))
        #expect(try slow.answer() == .text("OK"))
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
    }

    @Test func `another database, more run directories, another mode and number of workers take effect`() throws {
        let daemon = try Daemon.settings(settings)
        let second = folder.path("second")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        try set(
            """
            MECHANISMS=sasldb
            MECH_OPTIONS='\(try otherDatabase())'
            THREADS=7
            OPTIONS="--socket-mode 0700 -m \(second)"
            """
        )
        #expect(daemon.reload())
        for socket in [daemon.socket, second + "/mux"] {
            #expect(try MuxClient.ask(socket, "alice", "secret", "smtp", "example.org") == .text("NO"))
            #expect(try MuxClient.ask(socket, "alice", "other", "smtp", "example.org") == .text("OK"))
            #expect(try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int == 0o700)
        }
        let frontend = try Command("/usr/bin/pgrep", "-a", "-P", "\(daemon.pid)").run().output
        #expect(frontend.contains(" -n 7 "))

        try set("MECHANISMS=sasldb\nMECH_OPTIONS=\(database)")
        #expect(daemon.reload())
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: second).isEmpty)
        #expect(try FileManager.default.attributesOfItem(atPath: daemon.socket)[.posixPermissions] as? Int == 0o777)
    }

    @Test func `settings that are wrong are refused with file and line, and the old ones stay`() throws {
        let daemon = try Daemon.settings(settings)
        let option = folder.path("mysql.conf")
        try "user = mail\ntabel = accounts\n".write(toFile: option, atomically: true, encoding: .utf8)
        let file = settings
        for (text, reason) in [
            ("MECHANISMS=sasldb\nTHREADS=five", "\(file):2: THREADS: -n five is not a number from 0 to 1024"),
            ("MECHANISMS=sasldb\n\nOPTIONS=\"-c -m run\"", "\(file):3: OPTIONS: -m requires an absolute pathname"),
            ("MECHANISMS=nonesuch", "unknown authentication mechanism: nonesuch"),
            ("MECHANISMS=$(which)", "\(file):1: MECHANISMS: commands are not run"),
            ("MECHANISMS=sasldb\nMECH_OPTIONS=\(folder.path("missing"))", "\(folder.path("missing")) does not exist"),
            ("MECHANISMS=sasldb\nMECH_OPTIONS=\(option)", "\(option)"),
            ("MECHANISMS=mysql\nMECH_OPTIONS=\(option)", "\(option):2"),
            ("MECHANISMS=scripted\nMECH_OPTIONS=unusable", "mechanism scripted: it was told so"),
            ("MECHANISMS=scripted\nMECH_OPTIONS=die", "the mechanism's program exited before it was ready"),
            ("MECHANISMS=sasldb\nOPTIONS=\"-m /nonexistent/run\"", "can not mkdir: /nonexistent/run"),
            ("MECHANISMS=sasldb\nOPTIONS=\"-m \(folder.path("new")) -m /nonexistent/run\"", "can not mkdir: "),
            ("MECHANISMS=sasldb\nOPTIONS=\"--user nobody-of-this-name\"", "no account nobody-of-this-name"),
        ] {
            try set(text)
            #expect(daemon.reload("reload failed"), "\(text)")
            let line = daemon.log.split(separator: "\n").last { $0.contains("reload failed") }
            #expect(line?.contains(reason) == true, "\(line ?? "")")
            #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        }
        try FileManager.default.removeItem(atPath: settings)
        #expect(daemon.reload("\(settings): No such file or directory; "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("new")).isEmpty)
        try set("MECHANISMS=sasldb\nMECH_OPTIONS=\(database)")
        #expect(daemon.reload(), "what was right again is taken")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
    }

    @Test func `saslauthctl asks for it and hears why it is refused, and its socket and that of figures follow`() throws
    {
        let daemon = try Daemon.settings(settings)
        let reload = Command(Programs.path("saslauthctl"), "reload", "-m", daemon.folder.url.path)
        var result = try reload.run()
        #expect(result.status == 0, "\(result.complaints)")
        #expect(daemon.wait { daemon.log.contains("reloaded") })
        try set("MECHANISMS=sasldb\nTHREADS=five\n")
        result = try reload.run()
        #expect(result.status != 0)
        #expect(result.complaints.contains("\(settings):2: THREADS: -n five is not a number from 0 to 1024"))

        let figures = folder.path("figures")
        let second = folder.path("second")
        try set("MECHANISMS=sasldb\nMECH_OPTIONS=\(database)\nOPTIONS=\"-m \(second) --metrics \(figures)\"")
        #expect(try reload.run().status == 0)
        #expect(daemon.wait { FileManager.default.fileExists(atPath: figures) })
        let there = Command(Programs.path("saslauthctl"), "status", "-m", second)
        result = try there.run()
        #expect(result.output.contains(", process \(daemon.pid), up "), "\(result.complaints)")
        #expect(daemon.wait { !FileManager.default.fileExists(atPath: daemon.folder.path("control")) })

        try set("MECHANISMS=sasldb\nMECH_OPTIONS=\(database)\nOPTIONS=\"-m \(second)\"")
        #expect(daemon.reload())
        #expect(try there.run().status == 0)
        #expect(!FileManager.default.fileExists(atPath: figures))
    }

    @Test func `HUP during the start does no harm, and is followed`() throws {
        let run = folder.path("run")
        let result = try Command(
            "/bin/sh",
            "-c",
            """
            "$0" --settings \(settings) -f -m \(run) 2>\(run).log & P=$!
            until [ -S \(run)/mux ]; do sleep 0.001; done
            for i in 1 2 3 4 5 6 7 8 9; do kill -HUP $P; done
            until grep -q reloaded \(run).log || ! kill -0 $P; do sleep 0.01; done
            /usr/sbin/testsaslauthd -u alice -p secret -r example.org -f \(run)/mux
            kill $P; wait $P; echo "exit $?"
            """,
            Programs.path("saslauthd")
        ).run()
        #expect(result.output == "0: OK \"Success.\"\nexit 0\n", "\(result.complaints)")
    }
}
