import Foundation
import TestSupport
import Testing

/// What saslauthctl shows and does.
@Suite struct ControlTests {
    /// A daemon that answers: its sockets are all there.
    private func start(_ arguments: String...) throws -> Daemon {
        let daemon = try Daemon.mechanism("scripted", arguments)
        #expect(try daemon.ask("bob", "secret", "smtp", "") == .text("OK"))
        return daemon
    }

    private func control(_ daemon: Daemon, _ words: String...) throws -> Command.Result {
        try Command(Programs.path("saslauthctl"), ["-m", daemon.folder.url.path] + words).run()
    }

    @Test func `status tells of requests, workers, cache and what is down`() throws {
        let daemon = try Daemon.scripted("-c", "--throttle", "on")
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(try daemon.ask("alice", "wrong", "smtp", "") == .text("NO Incorrect password"))
        var page = try control(daemon, "status").output
        #expect(page.hasPrefix("saslauthd 1.0.0, process \(daemon.pid), up "))
        #expect(page.contains("scripted\n  up\n  requests 1 accepted, 1 refused, 0 unavailable\n"))
        #expect(page.contains("cache      0 passwords, 33 % of 3 requests answered\n"))
        for _ in 0..<3 { #expect(try daemon.ask("unavailable", "secret", "smtp", "") == .text("")) }
        page = try control(daemon).output
        #expect(page.contains("\n  up\n"), "one login's trouble is no outage")
        for login in ["unavailable-2", "unavailable-3"] {
            #expect(try daemon.ask(login, "secret", "smtp", "") == .text(""))
        }
        page = try control(daemon).output
        #expect(
            page.contains(#/\n  down     for \d+ s: it was told so\n/#),
            "status is what is asked where nothing is named"
        )
        #expect(try daemon.ask("bob", "secret", "smtp", "") == .text("OK"))
        #expect(try control(daemon).output.contains("\n  up\n"))
        #expect(try daemon.ask("down", "secret", "smtp", "") == .text(""))
        page = try control(daemon).output
        #expect(page.contains(#/\n  down     for \d+ s: it reaches nobody\n/#), "the mechanism's own word")
        let json = try control(daemon, "status", "--json").output
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["pid"] as? Int32 == daemon.pid)
    }

    @Test func `flush drops what is cached, of one login or of all`() throws {
        let daemon = try Daemon.scripted("-c", "-r")
        for login in ["alice", "bob", "carol"] {
            #expect(try daemon.ask(login, "secret", "smtp", "example.org") == .text("OK"))
        }
        #expect(try control(daemon, "flush", "alice@example.org").output == "dropped 1 cache entries\n")
        #expect(try control(daemon, "flush", "alice@example.net").output == "dropped 0 cache entries\n")
        #expect(try control(daemon, "flush").output == "dropped 2 cache entries\n")
    }

    @Test func `workers restart replaces all of them, and loses nothing that they have in hand`() throws {
        let daemon = try Daemon.scripted("-n", "3")
        let slow = try (0..<3).map { _ in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request("slow", "secret", "", ""))
            return client
        }
        #expect(daemon.wait { daemon.log.components(separatedBy: "is ready for").count == 4 })
        let restart = try control(daemon, "workers", "restart")
        #expect(restart.status == 0 && restart.complaints == "")
        for client in slow { #expect(try client.answer() == .text("OK")) }
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(daemon.wait { daemon.log.components(separatedBy: "is ready for").count >= 5 })
    }

    @Test(.enabled(if: geteuid() == 0, "to be another account takes root"))
    func `nobody but root and the daemon's account can ask`() throws {
        let daemon = try start()
        let ask = [Programs.path("saslauthctl"), "-m", daemon.folder.url.path]
        let rights = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        let result = try Command("/usr/bin/setpriv", rights + ask).run()
        #expect(result.status == 2 && result.output == "")
        #expect(result.complaints.contains("Only root and the account that started saslauthd may ask.\n"))
    }

    @Test func `where nobody answers the program says so`() throws {
        let folder = try TemporaryFolder()
        let result = try Command(Programs.path("saslauthctl"), "status", "-m", folder.url.path).run()
        #expect(result.status == 2)
        #expect(result.complaints.contains("/control: No such file or directory\nIs saslauthd running?"))
        let usage = try Command(Programs.path("saslauthctl"), "status", "--json", "--prometheus").run()
        #expect(usage.status == 64 && usage.complaints.contains("--json and --prometheus exclude each other"))
        let nameless = try Command(Programs.path("saslauthctl"), "flush", "").run()
        #expect(nameless.status == 64 && nameless.complaints.contains("the login is empty"))
    }

    @Test func `a saslauthctl of another version gets advice`() throws {
        let daemon = try start()
        for (question, answer) in [
            ("version 0.9 status\n", "error saslauthctl has version 0.9, but the running saslauthd has "),
            ("version 0.9 a command of its own\n", "error saslauthctl has version 0.9, "),
            ("reload\n", "error saslauthctl has another version: restart saslauthd after an upgrade\n"),
        ] {
            let client = try MuxClient(daemon.folder.path("control"))
            try client.send(Array(question.utf8))
            let text = String(decoding: try client.firstRead(), as: UTF8.self)
            #expect(text.hasPrefix(answer) && text.hasSuffix(": restart saslauthd after an upgrade\n"))
        }
        #expect(!daemon.log.contains("reloaded"))
    }

    @Test func `a question that is none has an answer, and one that never ends has its time`() throws {
        let daemon = try start()
        let odd = try MuxClient(daemon.folder.path("control"))
        try odd.send(Array("no\u{1b}nsense\n".utf8))
        #expect(try odd.firstRead().starts(with: Array("error unknown command: ".utf8)))
        let endless = try MuxClient(daemon.folder.path("control"))
        try? endless.send([UInt8](repeating: 0x61, count: 100_000))
        #expect((try? endless.firstRead()) ?? [] == [])
        #expect(try control(daemon, "status").status == 0)
    }

    @Test func `figures are offered on a UNIX socket, and a place that is taken ends the start without a trace`() throws
    {
        let folder = try TemporaryFolder()
        let socket = folder.path("metrics")
        let daemon = try start("--metrics", socket)
        let client = try MuxClient(socket)
        try client.send(Array("GET /metrics HTTP/1.1\r\n\r\n".utf8))
        #expect(try client.firstRead().starts(with: Array("HTTP/1.1 200 OK\r\n".utf8)))
        let taken = try Command(
            Programs.path("saslauthd"),
            "-d",
            "-a",
            "scripted",
            "-m",
            folder.path("run"),
            "--metrics",
            folder.path("no/where")
        ).run()
        #expect(
            taken.status == 1 && taken.complaints.contains("bind \(folder.path("no/where")): No such file or directory")
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("run")) == [])
        #expect(daemon.wait { (try? MuxClient(socket)) != nil })
    }

    @Test func `who asks for figures and says nothing takes no place from those who log in, or from saslauthctl`()
        throws
    {
        let folder = try TemporaryFolder()
        let daemon = try start("--metrics", folder.path("metrics"))
        let silent = try (0..<100).map { _ in try MuxClient(folder.path("metrics")) }
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(try silent[0].answer() == .nothing, "the oldest ones give way")
        #expect(try control(daemon).status == 0)
        // Who asks is answered at once, while the others are there.
        let client = try MuxClient(folder.path("metrics"))
        try client.send(Array("GET /metrics HTTP/1.1\r\n\r\n".utf8))
        #expect(try client.firstRead().starts(with: Array("HTTP/1.1 200 OK\r\n".utf8)))
        #expect(try silent[99].answer() == .nothing, "a question may take two seconds")
    }

    @Test func `a frontend that was replaced answers no questions, and loses no client`() throws {
        let daemon = try start("--throttle", "off", "-n", "2", "-c")
        let slow = try MuxClient(daemon.socket)
        // In flight while three frontends come and go.
        try slow.send(MuxClient.request("slower", "secret", "", ""))
        for _ in 0..<3 { #expect(try control(daemon, "reload").status == 0) }
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        for _ in 0..<20 {
            #expect(try control(daemon).output.contains("cache      1 passwords"), "that of the one that serves")
        }
        #expect(try slow.answer() == .text("OK"))
    }
}
