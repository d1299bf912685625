import Foundation
import TestSupport
import Testing

/// Logins by SCRAM over Dovecot's protocol, with a client of our own.
@Suite struct DovecotSCRAMTests {
    private let folder: TemporaryFolder
    private let database: String

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        database = try exampleDatabase(in: folder)
    }

    private func daemon() throws -> Daemon {
        let words = "\(folder.path("auth")),mechanisms=plain+cram-md5+scram-sha-1+scram-sha-256"
        // Without -c and the throttle the frontend would have no key that outlasts it.
        return try Daemon.ours("sasldb", database, "-c", "--dovecot", words)
    }

    /// The lines of the client's output.
    private func logIn(_ mechanism: String, _ user: String, _ password: String) throws -> [String] {
        let client = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("scram.py").path
        let result = try Command("/usr/bin/python3", client, folder.path("auth"), mechanism, user, password).run()
        try #require(result.status == 0, "\(result.complaints)")
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test(arguments: ["SCRAM-SHA-1", "SCRAM-SHA-256"])
    func `who proves the password is accepted, and the server proves that it has it too`(mechanism: String) throws {
        let daemon = try daemon()
        let right = try logIn(mechanism, "alice@example.org", "secret")
        #expect(right.dropLast().suffix(2) == ["server proved", "OK 1 user=…"])
        let wrong = try logIn(mechanism, "alice@example.org", "Secret")
        #expect(wrong.dropLast().last == "FAIL 1 user=… reason=Authentication failed")
        daemon.wait { daemon.log.contains("auth failure: [user=alice]") }
        #expect(daemon.log.contains("auth success: [user=alice] [service=smtp] [realm=example.org] [mech=sasldb]"))
        #expect(!daemon.log.contains("secret") && !daemon.log.contains("Secret"))
    }

    @Test(arguments: ["SCRAM-SHA-1", "SCRAM-SHA-256"])
    func `an unknown user takes the same steps as a known one, and has a salt that stays`(mechanism: String) throws {
        let daemon = try daemon()
        let known = try logIn(mechanism, "alice@example.org", "wrong")
        let unknown = try logIn(mechanism, "nobody@example.org", "wrong")
        #expect(known.dropLast() == unknown.dropLast())
        #expect(try logIn(mechanism, "nobody@example.org", "other").last == unknown.last)
        #expect(try logIn(mechanism, "alice@example.org", "secret").last == known.last)
        #expect(known.last != unknown.last)
        // The next frontend has the same salts.
        let frontend = try daemon.runningFrontend()
        kill(frontend, SIGKILL)
        daemon.wait { daemon.frontend != nil && daemon.frontend != frontend }
        #expect(try logIn(mechanism, "nobody@example.org", "wrong").last == unknown.last)
    }

    @Test(arguments: [0, 1])
    func `without a verdict on salt or proof the login fails for now, and the frontend lives`(minor: Int) throws {
        let daemon = try daemon()
        let frontend = try daemon.runningFrontend()
        let line = "FAIL\t1\tuser=alice@example.org\ttemp\tcode=temp_fail\treason=Temporary authentication failure"
        let failure = minor == 0 ? DovecotClient.Event.end : .line(line)
        let first = DovecotClient.base64("n,,n=alice@example.org,r=abc")
        let begin = "AUTH\t1\tSCRAM-SHA-256\tservice=smtp\tresp=\(first)\n"
        // The salt is known, and then the file is gone.
        let client = try DovecotClient(folder.path("auth"), minor: minor)
        try client.send(begin)
        guard case .line(let challenge) = client.event(), let word = challenge.split(separator: "\t").last,
            let message = Data(base64Encoded: String(word)).map({ String(decoding: $0, as: UTF8.self) }),
            let nonce = message.split(separator: ",").first
        else {
            Issue.record("no challenge")
            return
        }
        try FileManager.default.moveItem(atPath: database, toPath: database + ".away")
        let proof = Data(repeating: 7, count: 32).base64EncodedString()
        try client.send("CONT\t1\t\(DovecotClient.base64("c=biws,\(nonce),p=\(proof)"))\n")
        #expect(client.event() == failure)
        // It is gone before the salt is known.
        for _ in 0..<2 {
            let client = try DovecotClient(folder.path("auth"), minor: minor)
            try client.send(begin)
            #expect(client.event() == failure)
        }
        try FileManager.default.moveItem(atPath: database + ".away", toPath: database)
        let right = try logIn("SCRAM-SHA-256", "alice@example.org", "secret")
        #expect(right.dropLast().last == "OK 1 user=…")
        #expect(daemon.frontend == frontend)
        #expect(daemon.wait { daemon.log.components(separatedBy: "auth unavailable: [user=alice]").count == 4 })
    }

    @Test func `a mechanism that cannot serve it keeps the daemon from starting`() throws {
        let words = "\(folder.path("auth")),mechanisms=plain+scram-sha-256"
        let result = try Command(
            Programs.path("saslauthd"),
            "-d",
            "-a",
            "getpwent",
            "-m",
            folder.path("run"),
            "--dovecot",
            words
        ).run()
        #expect(result.status != 0)
        #expect(result.complaints.contains("does not offer SCRAM-SHA-256 (mechanisms= of --dovecot)"), "\(result)")
    }
}
