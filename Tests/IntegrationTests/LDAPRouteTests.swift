import Foundation
import TestSupport
import Testing

/// Several directories in one daemon, by realm, and what `-r` makes of tokens.
struct LDAPRouteTests {
    /// A directory in which alice has this password.
    private static func server(_ password: String) throws -> DirectoryServer {
        let server = try DirectoryServer()
        try server.modify(
            """
            dn: uid=alice,\(DirectoryServer.people)
            changetype: modify
            replace: userPassword
            userPassword: \(password)

            """
        )
        return server
    }

    /// A daemon with a directory for each of two realms.
    private final class Bed {
        let a: DirectoryServer
        let b: DirectoryServer
        let folder: TemporaryFolder
        let daemon: Daemon

        init(_ lines: String = "", _ arguments: String...) throws {
            a = try LDAPRouteTests.server("word-of-a")
            b = try LDAPRouteTests.server("word-of-b")
            folder = try MariaDBFiles.folder()
            for (name, server) in [("a", a), ("b", b)] {
                try (LDAPDaemon.usual(server.url) + lines + "\n")
                    .write(toFile: folder.path(name), atomically: false, encoding: .utf8)
            }
            daemon = try Daemon.mechanism(
                "ldap:realm=a.example",
                ["-O", folder.path("a"), "-a", "ldap:realm=b.example", "-O", folder.path("b"), "-n", "1"] + arguments
            )
        }

        func login(_ login: String, _ password: String, _ realm: String) throws -> LDAPLogin.Verdict? {
            LDAPLogin.verdict(try daemon.ask(login, password, "imap", realm))
        }
    }

    @Test(arguments: ["", "-r"])
    func `each realm has its directory`(option: String) throws {
        let bed = try option.isEmpty ? Bed() : Bed("ldap_filter: uid=%U", option)
        for _ in 0..<2 {
            for (realm, own, other) in [
                ("a.example", "word-of-a", "word-of-b"), ("B.Example", "word-of-b", "word-of-a"),
            ] {
                #expect(try bed.login("alice", own, realm) == .accepted, "\(bed.daemon.log)")
                #expect(try bed.login("alice", other, realm) == .refused, "\(bed.daemon.log)")
            }
            for realm in ["", "c.example", "a.example.org", "xa.example"] {
                for password in ["word-of-a", "word-of-b"] {
                    #expect(try bed.login("alice", password, realm) == .refused, "\(realm): \(bed.daemon.log)")
                }
            }
        }
        for server in [bed.a, bed.b] {
            #expect(server.count("BIND dn=\"uid=alice,\(DirectoryServer.people)\" method=128") == 4)
        }
    }

    @Test func `a directory that is down, or has a wrong file, concerns its realm alone`() throws {
        let bed = try Bed()
        bed.b.crash()
        #expect(try bed.login("alice", "word-of-b", "b.example") == .unavailable, "\(bed.daemon.log)")
        #expect(try bed.login("alice", "word-of-a", "a.example") == .accepted, "\(bed.daemon.log)")
        #expect(try bed.login("alice", "word-of-b", "a.example") == .refused, "\(bed.daemon.log)")
        try bed.b.start()
        #expect(waitUntil { (try? bed.login("alice", "word-of-b", "b.example")) == .accepted }, "\(bed.daemon.log)")
    }

    @Test func `a reload reads both files again`() throws {
        let bed = try Bed()
        #expect(try bed.login("alice", "word-of-a", "a.example") == .accepted)
        for (from, to) in [("a", "c"), ("b", "a"), ("c", "b")] {
            try FileManager.default.moveItem(atPath: bed.folder.path(from), toPath: bed.folder.path(to))
        }
        #expect(bed.daemon.reload(), "\(bed.daemon.log)")
        #expect(try bed.login("alice", "word-of-b", "a.example") == .accepted, "\(bed.daemon.log)")
        #expect(try bed.login("alice", "word-of-a", "b.example") == .accepted, "\(bed.daemon.log)")
        #expect(try bed.login("alice", "word-of-a", "a.example") == .refused, "\(bed.daemon.log)")
        // A file with a fault, and the settings are as they were.
        try "ldap_servers = ldap://127.0.0.1/\n".write(toFile: bed.folder.path("b"), atomically: false, encoding: .utf8)
        #expect(bed.daemon.reload("equals sign"), "\(bed.daemon.log)")
        #expect(try bed.login("alice", "word-of-a", "b.example") == .accepted, "\(bed.daemon.log)")
        #expect(try bed.login("alice", "word-of-b", "a.example") == .accepted, "\(bed.daemon.log)")
    }

    /// What `-r` makes of `alice` in the realm `example.org`, and without.
    @Test(arguments: [
        ("ldap_filter: uid=%u", false), ("ldap_filter: mail=%u", true),
        ("ldap_filter: uid=%U", true), ("ldap_filter: mail=%U@%d", true),
        ("ldap_filter: mail=%u%R", false),
        ("ldap_filter: mail=%U%R", true), ("ldap_filter: mail=%U@%r", true),
        ("ldap_filter: (&(uid=%U)(host=%1))", true),
        ("ldap_filter: uid=%U\nldap_search_base: ou=people,dc=%2,dc=%1", true),
    ])
    func `tokens see the login as -r makes it`(lines: String, isAccepted: Bool) throws {
        let server = try SharedDirectory.servers.get().plain
        let bed = try LDAPDaemon(settings: LDAPDaemon.usual(server.url) + lines + "\n", ["-r"])
        #expect(
            try bed.login("alice", realm: "example.org") == (isAccepted ? .accepted : .refused),
            "\(lines): \(bed.log)"
        )
        #expect(try bed.login("alice", "wrong", realm: "example.org") == .refused, "\(lines): \(bed.log)")
        let isAnywhere = lines == "ldap_filter: uid=%U"
        #expect(try bed.login("alice", realm: "example.com") == (isAnywhere ? .accepted : .refused), "\(lines)")
        // Without a realm nothing is added.
        let isWithout = isAnywhere || lines == "ldap_filter: uid=%u"
        #expect(try bed.login("alice") == (isWithout ? .accepted : .refused), "\(lines): \(bed.log)")
    }

    @Test func `without -r the realm is not a part of the login`() throws {
        let server = try SharedDirectory.servers.get().plain
        for (filter, isAccepted) in [
            ("uid=%u", true), ("mail=%u", false), ("mail=%u%R", true), ("mail=%u@%r", true), ("mail=%U@%d", false),
            ("(&(uid=%u)(host=%1))", true),
        ] {
            let bed = try LDAPDaemon(settings: LDAPDaemon.usual(server.url) + "ldap_filter: \(filter)\n")
            #expect(
                try bed.login("alice", realm: "example.org") == (isAccepted ? .accepted : .refused),
                "\(filter): \(bed.log)"
            )
        }
    }
}
