import Foundation
import TestSupport
import Testing

/// A sasldb2 file made by the original's own tool.
func exampleDatabase(in folder: TemporaryFolder) throws -> String {
    let path = folder.path("sasldb2")
    for (login, password) in [("alice", "secret"), ("ümlaut", "pässwörd")] {
        let made = try Command("/usr/sbin/saslpasswd2", "-p", "-c", "-f", path, "-u", "example.org", login).run(
            input: password
        )
        try #require(made.status == 0, "\(made.complaints)")
    }
    return path
}

@Suite struct WireTests {
    let folder: TemporaryFolder
    let database: String

    init() throws {
        folder = try TemporaryFolder()
        database = try exampleDatabase(in: folder)
    }

    @Test(arguments: Daemon.Make.available)
    func `what is sent is answered as the table says`(make: Daemon.Make) throws {
        let daemon = try Daemon.sasldb(make, database)
        for wireCase in WireCase.all {
            let client = try MuxClient(daemon.socket)
            for piece in wireCase.pieces { try client.send(piece) }
            if wireCase.endsOutput { client.endOutput() }
            #expect(try client.answer() == wireCase.expected(of: make), "\(wireCase)")
        }
    }

    @Test(arguments: Daemon.Make.available)
    func `a refusal is logged in the original's words`(make: Daemon.Make) throws {
        let daemon = try Daemon.sasldb(make, database)
        #expect(try daemon.ask("bob", "wrong password", "smtp", "example.org") == .text("NO"))
        let line = " :auth failure: [user=bob] [service=smtp] [realm=example.org] [mech=sasldb] [reason=Unknown]"
        // The original's name of the function stands before the text where releases up to 2.1.26 had it; 2.1.28 has blanks.
        daemon.wait { daemon.log.contains("auth failure") }
        let log = daemon.log.replacingOccurrences(of: " :                : ", with: " :")
        #expect(log.contains(line + (make == .ours ? " [peer=\(getpid())] [ms=" : "\n")))
        #expect(!daemon.log.contains("wrong password"))
    }

    @Test(arguments: Daemon.Make.available)
    func `overlong and empty fields are logged in the original's words, and are no failures of anyone`(
        make: Daemon.Make
    ) throws {
        let daemon = try Daemon.sasldb(make, database)
        #expect(try daemon.ask("", "x", "", "") == .text("NO NULL login received"))
        let client = try MuxClient(daemon.socket)
        try client.send(MuxClient.request("alice") + [1, 1])
        #expect(try client.answer() == .text("NO "))
        daemon.wait { daemon.log.contains("MAX_REQ_LEN") }
        #expect(daemon.log.contains("NULL login received\n"))
        #expect(daemon.log.contains("password exceeded MAX_REQ_LEN: 256\n"))
        #expect(!daemon.log.contains("auth failure"))
    }

    @Test(arguments: Daemon.Make.available)
    func `every saslauthd answers testsaslauthd --ping, and ours fills no log with it`(make: Daemon.Make) throws {
        let daemon = try Daemon.sasldb(make, database)
        let alive = try Command(Programs.path("testsaslauthd"), "--ping", "-f", daemon.socket).run()
        #expect(alive.status == 0 && alive.output == "saslauthd answers on \(daemon.socket)\n", "\(alive)")
        #expect(try daemon.ask("", "", "smtp", "") == .text("NO NULL login received"))
        func lines() -> Int { daemon.log.components(separatedBy: "NULL login received\n").count - 1 }
        daemon.wait { lines() >= (make == .ours ? 1 : 2) }
        #expect(lines() == (make == .ours ? 1 : 2))
    }

    @Test func `with -r a user of that realm is found, where the original finds none`() throws {
        for make in Daemon.Make.available {
            let daemon = try Daemon.sasldb(make, database, "-r")
            let answer = MuxClient.Answer.text(make == .ours ? "OK" : "NO")
            #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == answer, "\(make)")
        }
    }

    @Test func `without a file nothing can be found out, which the original tells as a wrong password`() throws {
        let missing = folder.path("missing")
        let tempfail = try Daemon.sasldb(.ours, missing)
        #expect(try tempfail.ask("alice", "secret", "smtp", "example.org") == .text(""))
        let refusing = try Daemon.sasldb(.ours, missing, "--unavailable", "no")
        #expect(try refusing.ask("alice", "secret", "smtp", "example.org") == .text("NO"))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `a file that only root may read serves, from the start or later, without root's other rights`() throws {
        try Command("/bin/chmod", "0600", database).run()
        let daemon = try Daemon.sasldb(.ours, database)
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        let worker = try Command("/usr/bin/pgrep", "-P", "\(daemon.pid)", "saslauthd-sasl").run().output
        let status = try String(
            contentsOfFile: "/proc/\(worker.trimmingCharacters(in: .whitespacesAndNewlines))/status",
            encoding: .utf8
        )
        #expect(!status.contains("Uid:\t0"))
        #expect(status.contains("CapEff:\t0000000000000004\n"), "CAP_DAC_READ_SEARCH")

        try Command("/bin/chmod", "0644", database).run()
        let other = try Daemon.sasldb(.ours, database)
        #expect(try other.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        try Command("/bin/chmod", "0600", database).run()
        #expect(try other.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
    }

    @Test func `the answer comes in one piece`() throws {
        let daemon = try Daemon.sasldb(.ours, database)
        let client = try MuxClient(daemon.socket)
        try client.send(MuxClient.request("alice", "secret", "smtp", "example.org"))
        #expect(try client.firstRead().count == 4)
    }

    @Test func `fields of up to 8,160 bytes are taken where that is asked for`() throws {
        let long = String(repeating: "a", count: 8160)
        let daemon = try Daemon.sasldb(.ours, database, "--max-field", "8160")
        #expect(try daemon.ask(long, long, long, long) == .text("NO"))
        let client = try MuxClient(daemon.socket)
        try client.send([0x1F, 0xE1])
        #expect(try client.answer() == .text("NO "))
    }

    @Test func `a realm that a mechanism is not told of is mentioned once, and not where -r hands it on`() throws {
        for (flags, count) in [([], 1), (["-r"], 0)] as [([String], Int)] {
            let daemon = try Daemon.mechanism("getpwent", flags)
            for _ in 0..<3 {
                #expect(
                    try daemon.ask("nobody.of.that.name", "x", "smtp", "example.org") == .text("NO Invalid username")
                )
            }
            daemon.wait { daemon.log.components(separatedBy: "auth failure").count == 4 }
            let hint = "if getpwent expects names such as nobody.of.that.name@example.org, use -r"
            #expect(daemon.log.components(separatedBy: hint).count - 1 == count)
        }
    }
}
