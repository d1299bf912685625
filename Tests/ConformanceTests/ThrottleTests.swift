import Foundation
import TestSupport
import Testing

/// Option `--throttle`: who guesses is slowed down, and nobody else.
@Suite struct ThrottleTests {
    private func guesses(
        _ daemon: Daemon,
        _ count: Int,
        realm: String = "",
        address: String = "",
        login: (Int) -> String
    ) throws -> [MuxClient] {
        try (0..<count).map { number in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request(login(number), "guess \(number)", "smtp", realm, address))
            return client
        }
    }

    private func count(_ text: String, in log: String) -> Int { log.components(separatedBy: text).count - 1 }

    @Test func `one login that is guessed: few guesses are looked at, its user and all others log in at once`() throws {
        let daemon = try Daemon.scripted("--throttle", "on")
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        let start = ContinuousClock.now
        let clients = try guesses(daemon, 300) { _ in "alice" }
        // Asked after them, and answered while they wait.
        for _ in 0..<20 {
            #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"), "this password was right before")
            #expect(try daemon.ask("bob", "secret", "smtp", "") == .text("OK"))
        }
        daemon.wait { daemon.log.contains("too many attempts at this login") }
        // Three at a time, each for eight seconds but for the first six, whose refusals are delayed for less.
        let looked = count("auth failure: [user=alice]", in: daemon.log)
        let seconds = Int((ContinuousClock.now - start).components.seconds) + 1
        #expect((5...(9 + 4 * (seconds / 8 + 1))).contains(looked))
        // Ten wait for their turn, the others got a temporary failure.
        let answers = try clients.map { try $0.answer(milliseconds: 0) }
        #expect(answers.count { $0 == .text("") } >= 300 - 10 - looked)
        #expect(count("too many attempts at this login", in: daemon.log) == 10, "the others are counted")
        #expect(count("possible password guessing: [user=alice] [service=smtp] [realm=]", in: daemon.log) == 1)
        #expect(!daemon.log.contains("guess 1"))
    }

    @Test func `a login without a verdict is slowed down while others get theirs, and is no guess to log watchers`()
        throws
    {
        let daemon = try Daemon.scripted("--throttle", "on")
        let start = ContinuousClock.now
        let clients = try guesses(daemon, 30) { _ in "unavailable" }
        daemon.wait { daemon.log.contains("no verdict: [user=unavailable] [service=smtp] [realm=]") }
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        // Three at once are free, and some find no place; the others have to wait, each longer than the one before.
        #expect(try clients.count { try $0.answer(milliseconds: 0) == .silence } >= 10)
        let looked = count("[reason=it was told so]", in: daemon.log)
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        #expect(looked <= 6 + seconds, "\(looked) in \(seconds) s")
        #expect(!daemon.log.contains("auth failure") && !daemon.log.contains("guessing"))
    }

    @Test func `a mechanism that is down for everyone slows nobody down`() throws {
        let daemon = try Daemon.scripted("--throttle", "on")
        for _ in 0..<30 { #expect(try daemon.ask("down", "secret", "smtp", "") == .text("")) }
        #expect(!daemon.log.contains("no verdict"))
    }

    @Test func `a guess at each of many logins slows nobody down`() throws {
        let daemon = try Daemon.scripted("--throttle", "on")
        let clients = try guesses(daemon, 500) { "user\($0)" }
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        for client in clients { #expect(try client.answer() == .text("NO Incorrect password")) }
        #expect(!daemon.log.contains("guessing"))
    }

    @Test func `who guesses at many logins from one address waits for the refusals, others there for nothing`() throws {
        let daemon = try Daemon.scripted("--throttle", "on")
        let clients = try guesses(daemon, 20, address: "192.0.2.7;49152") { "user\($0)" }
        daemon.wait { count("auth failure: [user=user", in: daemon.log) == 20 }
        #expect(try daemon.ask("alice", "secret", "smtp", "", "192.0.2.7;49153") == .text("OK"))
        #expect(try clients.count { try $0.answer(milliseconds: 0) == .silence } >= 10)
        // From elsewhere, and for the machine's own programs, nothing has changed.
        for address in ["192.0.2.8;1", "", "127.0.0.1;25"] {
            for login in ["a", "b", "c", "d", "e"] {
                #expect(
                    try daemon.ask("\(login)\(address.utf8.count)", "wrong", "smtp", "", address)
                        == .text("NO Incorrect password")
                )
            }
        }
    }

    @Test func `a known password is a guess like any other once it was refused`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        let database = try exampleDatabase(in: folder)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: database)
        let daemon = try Daemon.sasldb(.ours, database, "--throttle", "on")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        let change = Command(Programs.path("saslpasswd2"), "-p", "-f", database, "-u", "example.org", "alice")
        try #require(try change.run(input: "changed").status == 0)
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("NO"))
        // Those who know no more than that it was right once are no better off than others.
        let start = ContinuousClock.now
        let clients = try guesses(daemon, 100, realm: "example.org") { _ in "alice" }
        daemon.wait { daemon.log.contains("too many attempts at this login") }
        let seconds = Int((ContinuousClock.now - start).components.seconds) + 1
        #expect(count("auth failure: [user=alice]", in: daemon.log) <= 10 + 4 * (seconds / 8 + 1))
        withExtendedLifetime(clients) {}
    }

    @Test func `a client that asks fifty times at once with a right password is not turned away`() throws {
        let daemon = try Daemon.scripted("--throttle", "on", "-n", "4")
        let clients = try (0..<50).map { _ in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request("alice", "secret", "smtp", ""))
            return client
        }
        for client in clients { #expect(try client.answer() == .text("OK")) }
    }

    @Test func `with --throttle off every guess is looked at`() throws {
        let daemon = try Daemon.scripted("--throttle", "off")
        let clients = try guesses(daemon, 100) { _ in "alice" }
        for client in clients { #expect(try client.answer() == .text("NO Incorrect password")) }
    }
}
