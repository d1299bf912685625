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
        let frontend = try #require(daemon.frontend)
        kill(frontend, SIGKILL)
        daemon.wait { daemon.frontend != nil && daemon.frontend != frontend }
        #expect(try logIn(mechanism, "nobody@example.org", "wrong").last == unknown.last)
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
