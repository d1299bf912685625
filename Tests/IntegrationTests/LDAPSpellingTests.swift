import Foundation
import TestSupport
import Testing

/// One entry of a directory whose login is written in many ways: it has one failure streak, and its cache entries share
/// one fate.
struct LDAPSpellingTests {
    private typealias Login = AccountSpellingTests.Login

    /// Spellings that slapd takes for `alice`, and one that it does not.
    private static let equal = [
        "ALICE", "Alice", "alice ", " alice", "  alice  ", "ａｌｉｃｅ", "ＡＬＩＣＥ", "aLi\u{FF23}e",
    ]

    private static let ways = [
        "",
        "ldap_filter: (&(objectClass=inetOrgPerson)(uid=%u))",
        "ldap_filter: (|(uid=%u)(mail=%u))",
        "ldap_auth_method: fastbind\nldap_filter: uid=%u,\(DirectoryServer.people)",
        "ldap_auth_method: custom",
    ]

    private func bed(_ lines: String, _ arguments: String...) throws -> LDAPDaemon {
        let server = try SharedDirectory.servers.get().plain
        return try LDAPDaemon(
            settings: LDAPDaemon.usual(server.url) + lines + "\n",
            ["--throttle", "on"] + arguments
        )
    }

    private func server(_ bed: LDAPDaemon) -> AccountSpellingTests.Server {
        AccountSpellingTests.Server(socket: bed.daemon.socket) { bed.log }
    }

    private func control(_ bed: LDAPDaemon, _ words: String...) throws -> String {
        let result = try Command(Programs.path("saslauthctl"), ["-m", bed.daemon.folder.url.path] + words).run()
        return result.output + result.complaints
    }

    @Test(arguments: ways)
    func `a login is guessed as slowly in a hundred spellings as in one`(way: String) throws {
        let bed = try bed(way)
        let logins = Spellings.of("alice").enumerated().map { number, spelling in
            Login(name: number % 2 == 0 ? spelling : Self.equal[number / 2 % Self.equal.count])
        }
        try server(bed).guess(logins, other: Login(name: "bob"))
    }

    @Test(arguments: ways)
    func `a right password is accepted in each spelling that the directory takes, and no other`(way: String) throws {
        let bed = try bed(way)
        for spelling in Self.equal + ["alice"] {
            #expect(try bed.login(spelling) == .accepted, "\(spelling): \(bed.log)")
        }
        for spelling in ["alíce", "al ice", "alice.", "alic", "alice\u{200D}x"] {
            #expect(try bed.login(spelling) == .refused, "\(spelling): \(bed.log)")
        }
    }

    @Test(arguments: ways)
    func `saslauthctl shows one login that is slowed down, however it is written`(way: String) throws {
        let bed = try bed(way)
        var clients: [MuxClient] = []
        for spelling in ["alice"] + Self.equal {
            let client = try MuxClient(bed.daemon.socket)
            try client.send(MuxClient.request(spelling, "wrong", "imap", ""))
            clients.append(client)
        }
        #expect(bed.daemon.wait { bed.log.contains("possible password guessing: ") }, "\(bed.log)")
        #expect(bed.log.ranges(of: "possible password guessing: ").count == 1, "\(bed.log)")
        let metrics = try control(bed, "status", "--prometheus")
        #expect(metrics.contains("saslauthd_throttled{kind=\"login\"} 1\n"), "\(metrics)")
    }

    /// Names for which no rule but the directory's own knows that they are one.
    @Test func `a second attribute with a login is the same account`() throws {
        let bed = try bed("ldap_filter: (|(uid=%u)(mail=%u)(cn=%u)(userPrincipalName=%u)(uniqueIdentifier=%u))")
        let logins = (0..<100).map { number in
            Login(name: ["alice", "alice@example.org", "ALICE@example.ORG", " alice@EXAMPLE.org"][number % 4])
        }
        try server(bed).guess(logins, other: Login(name: "bob"))
    }

    // MARK: The cache

    @Test(arguments: ways)
    func `after a change of the password no spelling has the old one in the cache`(way: String) throws {
        let server = try DirectoryServer()
        let bed = try LDAPDaemon(
            settings: LDAPDaemon.usual(server.url) + way + "\n",
            ["-c", "-t", "3600"]
        )
        let spellings = ["alice"] + Self.equal
        for spelling in spellings { #expect(try bed.login(spelling) == .accepted, "\(spelling): \(bed.log)") }
        try server.modify(
            """
            dn: uid=alice,\(DirectoryServer.people)
            changetype: modify
            replace: userPassword
            userPassword: another

            """
        )
        // The cache has the old one, in each spelling.
        let asked = server.requests
        for spelling in spellings { #expect(try bed.login(spelling) == .accepted, "\(spelling): \(bed.log)") }
        #expect(server.requests == asked, "\(server.log)")
        // The new one in one spelling makes it forget the old one in all of them.
        #expect(try bed.login("ALICE", "another") == .accepted, "\(bed.log)")
        for spelling in spellings { #expect(try bed.login(spelling) == .refused, "\(spelling): \(bed.log)") }
        for spelling in spellings {
            #expect(try bed.login(spelling, "another") == .accepted, "\(spelling): \(bed.log)")
        }
        #expect(try control(bed, "flush", "alice").contains("\(spellings.count)"), "\(bed.log)")
        #expect(try control(bed, "status", "--prometheus").contains("saslauthd_cache_entries 0\n"))
    }
}
