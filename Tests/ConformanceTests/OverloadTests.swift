import Foundation
import Platform
import TestSupport
import Testing

/// More requests than the workers can decide on, and clients that do not wait for their answer.
@Suite struct OverloadTests {
    private func count(_ text: String, in log: String) -> Int { log.components(separatedBy: text).count - 1 }

    /// Clients that ask at the same time; `login` of "slow" takes a second.
    private func clients(_ count: Int, of daemon: Daemon, login: String = "slow", password: String = "secret") throws
        -> [MuxClient]
    {
        try (0..<count).map { _ in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request(login, password, "", ""))
            return client
        }
    }

    @Test func `no worker is killed for the time that requests have waited, and verdicts go on`() throws {
        let daemon = try Daemon.scripted("-n", "2", "--timeout", "3")
        // Three times what two workers decide on in three seconds, and then again.
        for _ in 0..<2 {
            let answers = try clients(18, of: daemon).map { try $0.answer() }
            #expect(answers.count { $0 == .text("OK") } >= 2, "\(answers)")
            #expect(answers.allSatisfy { [.text("OK"), .text("")].contains($0) })
        }
        #expect(!daemon.log.contains("killing it"))
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
    }

    @Test func `a request that waited is no outage, and not accepted for one`() throws {
        let daemon = try Daemon.scripted("-n", "1", "--timeout", "2", "-c", "-t", "1", "--cache-grace", "600")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let crowd = try clients(12, of: daemon)
        let late = try clients(1, of: daemon, login: "alice", password: "secret")
        let answers = try (crowd + late).map { try $0.answer() }
        #expect(answers.contains(.text("")))
        #expect(!daemon.log.contains("(grace)"))
        let status = try Command(Programs.path("saslauthctl"), "-m", daemon.folder.url.path).run().output
        #expect(status.contains("scripted\n  up\n"), "\(status)")
        // What the mechanism itself cannot tell is bridged as before.
        #expect(try daemon.ask("unavailable", "secret", "", "") == .text(""))
    }

    @Test(arguments: ["moody-hang", "moody-crash"])
    func `where workers end or do not answer, what was right a while ago is accepted by grace`(login: String) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
        let daemon = try Daemon.ours(
            "scripted",
            folder.url.path + "/",
            "-n",
            "1",
            "--timeout",
            "1",
            "-c",
            "-t",
            "1",
            "--cache-grace",
            "600"
        )
        #expect(try daemon.ask(login, "secret", "", "") == .text("OK"))
        let status = Command(Programs.path("saslauthctl"), "-m", daemon.folder.url.path)
        #expect(
            daemon.wait {
                // A request that waits for a worker's start is one that waits.
                guard daemon.wait({ (try? status.run().output.contains("1 idle")) == true }) else { return false }
                return (try? daemon.ask(login, "secret", "", "")) == .text("OK") && daemon.log.contains("(grace)")
            }
        )
        #expect(try daemon.ask(login, "wrong", "", "") == .text(""), "another password was never right")
        // The next worker may take longer to start than this request may wait.
        #expect(daemon.wait { (try? daemon.ask("alice", "secret", "", "")) == .text("OK") })
    }

    @Test func `a verdict that comes too late for its client is learned`() throws {
        let daemon = try Daemon.scripted("-n", "1", "--timeout", "2", "-c")
        // Checks are quick as a rule, so that the second one is begun although it waits for the first.
        for number in 0..<5 { #expect(try daemon.ask("user\(number)", "secret", "", "") == .text("OK")) }
        let first = try clients(1, of: daemon)
        #expect(try daemon.ask("slower", "secret", "", "") == .text(""))
        #expect(try first[0].answer() == .text("OK"))
        #expect(daemon.wait { daemon.log.contains("late verdict (accepted): [user=slower]") })
        #expect(try daemon.ask("slower", "secret", "", "") == .text("OK"))
        #expect(daemon.log.contains("auth success (cached): [user=slower]"))
        #expect(!daemon.log.contains("killing it"))
    }

    @Test func `clients that have hung up are not asked for`() throws {
        let daemon = try Daemon.scripted("-n", "1", "--timeout", "30")
        let first = try clients(1, of: daemon)
        for _ in 0..<100 { _ = try clients(1, of: daemon) }
        #expect(daemon.wait { count("client hung up: [user=slow]", in: daemon.log) == 100 })
        #expect(try first[0].answer() == .text("OK"))
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(count("auth success: [user=slow]", in: daemon.log) == 1)
    }

    @Test func `a client that has only ended its output still gets its answer`() throws {
        let daemon = try Daemon.scripted("-n", "1")
        let both = try clients(2, of: daemon)
        for client in both { client.endOutput() }
        for client in both { #expect(try client.answer() == .text("OK")) }
    }

    @Test func `a standard error that nobody reads stops no login, and no reload`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        // A pipe whose reader never reads.
        let pipe = folder.path("pipe")
        try #require(try Command("/usr/bin/mkfifo", pipe).run().status == 0)
        let reader = try OwnedDescriptor.open(pipe, O_RDONLY | O_NONBLOCK)
        let words = "-f -a scripted --log-success --throttle off -m \(folder.path("run"))"
        let daemon = try BackgroundProgram(
            "/bin/sh",
            "-c",
            "echo started; exec \(Programs.path("saslauthd")) \(words) 2>\(pipe)"
        )
        let socket = folder.path("run/mux")
        #expect(waitUntil { (try? MuxClient(socket)) != nil })
        for _ in 0..<2_000 {
            let client = try MuxClient(socket)
            try client.send(MuxClient.request("alice", "secret", "smtp", ""))
            #expect(try client.answer() == .text("OK"))
        }
        let control = Command(Programs.path("saslauthctl"), "-m", folder.path("run"), "reload")
        #expect(try control.run().status == 0)
        withExtendedLifetime(daemon) {}
        #expect(try FileStatus(of: reader).kind == .pipe, "it was open all the time")
    }

    @Test func `a request that no mechanism is asked about is nobody's guess`() throws {
        let daemon = try Daemon.mechanism("scripted:realm=example.org", ["--throttle", "on"])
        for _ in 0..<10 { #expect(try daemon.ask("alice", "secret", "smtp", "other") != .text("OK")) }
        #expect(count("auth not routed: [user=alice] [service=smtp] [realm=other]", in: daemon.log) > 0)
        #expect(!daemon.log.contains("auth failure") && !daemon.log.contains("guessing"))
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
    }
}

/// One account that is written in many ways.
@Suite struct SpellingTests {
    @Test func `a hundred spellings and realms of one account are guessed as slowly as one`() throws {
        let daemon = try Daemon.scripted("--throttle", "on")
        let start = ContinuousClock.now
        var clients: [MuxClient] = []
        for (number, spelling) in Spellings.of("alice").enumerated() {
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request(spelling, "guess \(number)", "smtp", "r\(number)"))
            clients.append(client)
        }
        #expect(try daemon.ask("bob", "secret", "smtp", "") == .text("OK"))
        daemon.wait { daemon.log.contains("too many attempts at this login") }
        let looked = daemon.log.components(separatedBy: "auth failure: ").count - 1
        let seconds = Int((ContinuousClock.now - start).components.seconds) + 1
        #expect(looked <= 9 + 4 * (seconds / 8 + 1), "\(looked) in \(seconds) s")
        withExtendedLifetime(clients) {}
    }

    @Test func `what the cache knows is forgotten by any spelling, and answers for one alone`() throws {
        let daemon = try Daemon.scripted("-c", "--throttle", "on")
        #expect(try daemon.ask("Alice", "secret", "smtp", "example.org") == .text("OK"))
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        #expect(daemon.log.components(separatedBy: "auth success (cached)").count == 1)
        let flush = Command(Programs.path("saslauthctl"), "-m", daemon.folder.url.path, "flush", "alice@example.org")
        #expect(try flush.run().output == "dropped 2 cache entries\n")
        #expect(try daemon.ask("Alice", "secret", "smtp", "example.org") == .text("OK"))
        #expect(try daemon.ask("aliçe", "wrong", "smtp", "other") == .text("NO Incorrect password"))
        #expect(try daemon.ask("Alice", "secret", "smtp", "example.org") == .text("OK"))
        #expect(daemon.log.components(separatedBy: "auth success (cached)").count == 1)
    }
}
