import Foundation
import TestSupport
import Testing

/// The mechanism `ldap` against Cyrus saslauthd's, on the same directory.
struct LDAPConformanceTests {
    @Test(arguments: LDAPCase.makes, LDAPFileCases.lines)
    func `a settings file is read line by line`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPFileCases.words)
    func `words of values are understood`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPKeyCases.keys)
    func `keys have their effects`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPKeyCases.membership)
    func `members of a group are accepted`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPTokenCases.tokens)
    func `tokens are replaced, and escaped`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPTokenCases.fastbind)
    func `fastbind binds with the name that the filter makes`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPTokenCases.sasl)
    func `users bind by SASL`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPStoredCases.cases)
    func `stored passwords are compared`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(arguments: LDAPCase.makes, LDAPStoredCases.realFiles)
    func `files of real sites work unchanged`(make: Daemon.Make, one: LDAPCase) throws {
        try one.run(make)
    }

    @Test(.enabled(if: Daemon.Make.available.contains(.reference)))
    func `Cyrus saslauthd starts without its file, and looks for a relative one in the run directory`() throws {
        let folder = try MariaDBFiles.folder()
        let without = try Daemon.ldap(.reference, folder.path("missing"), "-n", "1")
        try LDAPLogin.refused("alice").check(without, .reference, "a missing file")
        let daemon = try Daemon.ldap(.reference, "relative.conf", "-n", "1")
        let text = try SharedDirectory.servers.get().filled(LDAPCase.usual)
        try Data(text.utf8).write(to: URL(fileURLWithPath: daemon.folder.path("relative.conf")))
        try LDAPLogin.accepted("alice").check(daemon, .reference, "a relative path")
    }

    @Test(
        .enabled(if: LDAPCase.makes.contains(.ours)),
        arguments: [
            ("/nowhere/saslauthd.conf", "/nowhere/saslauthd.conf cannot be read: No such file or directory"),
            ("relative.conf", "-O relative.conf is not an absolute path"),
        ]
    )
    func `ours does not start without its file, and wants an absolute path`(path: String, reason: String) throws {
        let folder = try MariaDBFiles.folder()
        let text = try SharedDirectory.servers.get().filled(LDAPCase.usual)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("relative.conf")))
        let result = try Command(
            "/usr/bin/timeout",
            ["60", Programs.path("saslauthd"), "-a", "ldap", "-O", path, "-d", "-m", folder.url.path]
        ).run()
        #expect(result.status == 1)
        #expect(result.complaints.contains("failed to initialize mechanism ldap: \(reason)"), "\(result.complaints)")
    }

    @Test(arguments: LDAPCase.makes)
    func `fastbind asks the server each time`(make: Daemon.Make) throws {
        let server = try DirectoryServer()
        let folder = try MariaDBFiles.folder()
        let text = """
            ldap_servers: \(server.url)
            ldap_auth_method: fastbind
            ldap_filter: uid=%u,\(DirectoryServer.people)

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("conf")))
        let daemon = try Daemon.ldap(make, folder.path("conf"), "-n", "1")
        try LDAPLogin.accepted("alice").check(daemon, make, "the old password")
        try server.modify(
            """
            dn: uid=alice,\(DirectoryServer.people)
            changetype: modify
            replace: userPassword
            userPassword: another

            """
        )
        let old = LDAPLogin.differs(cyrus: .accepted, ours: .refused, "Cyrus saslauthd remembers what is bound")
        try old.check(daemon, make, "the old password after a change")
        try LDAPLogin.accepted("alice", "another").check(daemon, make, "the new password")
    }
}
