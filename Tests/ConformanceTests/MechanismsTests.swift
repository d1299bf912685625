import Foundation
import TestSupport
import Testing

/// Several mechanisms: `-a` given again, with realm or service, and `--next-on`.
@Suite struct MechanismsTests {
    let folder: TemporaryFolder
    let database: String

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        // It knows alice@example.org with another password than the mechanism of the tests takes.
        database = folder.path("sasldb2")
        let add = Command(Programs.path("saslpasswd2"), "-p", "-c", "-f", database, "-u", "example.org", "alice")
        try #require(try add.run(input: "other").status == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: database)
    }

    private func start(_ first: String, _ rest: String...) throws -> Daemon {
        try Daemon.mechanism(first, ["-O", database] + rest)
    }

    @Test func `the next one is asked about users that the one before does not know`() throws {
        let daemon = try start("sasldb", "-a", "scripted")
        #expect(try daemon.ask("alice", "other", "smtp", "example.org") == .text("OK"))
        #expect(try daemon.ask("bob", "secret", "smtp", "example.org") == .text("OK"))
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("NO"), "the first one knows her")
        #expect(try daemon.ask("unknown", "secret", "smtp", "") == .text("NO Incorrect password"))
        daemon.wait { daemon.log.contains("[user=unknown]") }
        #expect(daemon.log.contains("auth success: [user=bob] [service=smtp] [realm=example.org] [mech=scripted]"))
        #expect(daemon.log.contains("auth failure: [user=alice] [service=smtp] [realm=example.org] [mech=sasldb]"))
    }

    @Test func `with --next-on refused it is asked after any refusal`() throws {
        let daemon = try start("sasldb", "-a", "scripted", "--next-on", "refused")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        #expect(try daemon.ask("alice", "neither", "smtp", "example.org") == .text("NO Incorrect password"))
    }

    @Test(arguments: ["unknown", "refused"])
    func `what one cannot tell no other is asked about, unless it is the last that cannot`(policy: String) throws {
        let daemon = try start("sasldb", "-a", "scripted", "--next-on", policy)
        #expect(try daemon.ask("unavailable", "secret", "smtp", "") == .text(""))
        try FileManager.default.moveItem(atPath: database, toPath: database + ".away")
        #expect(try daemon.ask("bob", "secret", "smtp", "example.org") == .text(""))
    }

    @Test func `a realm and a service choose who is asked, and where nobody is the answer is no`() throws {
        let daemon = try start("sasldb:realm=example.org", "-a", "scripted:service=imap")
        #expect(try daemon.ask("alice", "other", "smtp", "example.org") == .text("OK"))
        #expect(try daemon.ask("bob", "secret", "smtp", "Example.ORG") == .text("NO"), "realms are alike in any case")
        #expect(try daemon.ask("bob", "secret", "imap", "example.net") == .text("OK"))
        #expect(try daemon.ask("bob", "secret", "imap", "example.org") == .text("OK"), "unknown to the first")
        #expect(try daemon.ask("bob", "secret", "smtp", "example.net") == .text("NO Incorrect password"))
        #expect(try daemon.ask("bob", "secret", "smtp", "example.org") == .text("NO"))
    }

    @Test func `each has workers of its own, and its part of the status`() throws {
        let daemon = try start("sasldb", "-a", "scripted", "-n", "2")
        #expect(try daemon.ask("bob", "secret", "smtp", "example.org") == .text("OK"))
        let page = try Command(Programs.path("saslauthctl"), "-m", daemon.folder.url.path).run().output
        #expect(page.contains("\nsasldb\n  up\n  requests 0 accepted, 1 refused, 0 unavailable\n"))
        #expect(page.contains("\nscripted\n  up\n  requests 1 accepted, 0 refused, 0 unavailable\n"))
    }

    @Test func `one that cannot be used ends the start, and is named`() throws {
        let result = try Command(
            Programs.path("saslauthd"),
            "-d",
            "-m",
            folder.url.path,
            "-a",
            "scripted",
            "-a",
            "mysql",
            "-O",
            "user"
        ).run()
        #expect(result.status == 1)
        #expect(result.complaints.contains("failed to initialize mechanism mysql: "))
    }

    @Test func `--check asks them as the daemon does`() throws {
        let check = Command(
            Programs.path("saslauthd"),
            "-a",
            "sasldb",
            "-O",
            database,
            "-a",
            "scripted",
            "--check",
            "bob@example.org"
        )
        let result = try check.run(input: "secret\n")
        #expect(result.status == 0)
        #expect(
            result.output == """
                login: bob
                realm: example.org
                service: smtp
                mechanism: sasldb
                  file: \(database)
                  bob@example.org: not in the file
                  bob exists in no realm
                  verdict: refused: no user bob@example.org in \(database)
                  scripted is asked next, because the user is unknown here
                mechanism: scripted
                  verdict: accepted
                the client would get: OK (exit status 0)

                """
        )
    }
}
