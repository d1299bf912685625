import Foundation
import TestSupport
import Testing

/// Option `-c`, of both makes where they agree.
@Suite struct CacheTests {
    let folder: TemporaryFolder
    let database: String

    init() throws {
        folder = try TemporaryFolder()
        // The account that the mechanism runs as reaches it.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        database = try exampleDatabase(in: folder)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: database)
    }

    private func change(password: String) throws {
        let changed = try Command(Programs.path("saslpasswd2"), "-p", "-f", database, "-u", "example.org", "alice").run(
            input: password
        )
        try #require(changed.status == 0, "\(changed.complaints)")
    }

    @Test func `an accepted password is accepted again without the mechanism, until one is refused`() throws {
        let daemon = try Daemon.sasldb(.ours, database, "-c")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        try change(password: "changed")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"), "it is in the cache")
        daemon.wait { daemon.log.contains("cached") }
        #expect(
            daemon.log.contains(
                " :auth success (cached): [user=alice] [service=smtp] [realm=example.org] [peer=\(getpid())]\n"
            )
        )
        #expect(
            try daemon.ask("alice", "secret", "imap", "example.org") == .text("NO"),
            "another service is another entry"
        )
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("NO"), "the refusal has dropped it")
        #expect(try daemon.ask("alice", "changed", "smtp", "example.org") == .text("OK"))
    }

    @Test func `HUP empties the cache and harms nobody`() throws {
        let daemon = try Daemon.sasldb(.ours, database, "-c")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        try change(password: "changed")
        #expect(daemon.reload())
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("NO"))
    }

    @Test func `with grace what was accepted is accepted while nothing can be found out`() throws {
        let daemon = try Daemon.sasldb(.ours, database, "-c", "-t", "1", "--cache-grace", "3600")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        try FileManager.default.moveItem(atPath: database, toPath: database + ".away")
        // The lifetime of a second passes: then the mechanism is asked again.
        #expect(
            daemon.wait {
                _ = try? daemon.ask("alice", "secret", "smtp", "example.org")
                return daemon.log.contains(
                    "auth success (grace): [user=alice] [service=smtp] [realm=example.org] [mech=sasldb]"
                )
            }
        )
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        #expect(try daemon.ask("alice", "other", "smtp", "example.org") == .text(""))
        #expect(try daemon.ask("ümlaut", "pässwörd", "smtp", "example.org") == .text(""), "never accepted before")
    }

    @Test func `without -c every request is asked`() throws {
        let daemon = try Daemon.sasldb(.ours, database)
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("OK"))
        try change(password: "changed")
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text("NO"))
    }
}
