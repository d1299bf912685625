import Foundation
import TestSupport
import Testing

/// slapd's overlay ppolicy: what a login costs the account, and what the log says of it.
struct LDAPPolicyTests {
    private static let policies = "ou=policies,\(DirectoryServer.suffix)"

    private static func policy(_ name: String, _ lines: String) -> String {
        """
        dn: cn=\(name),\(policies)
        objectClass: organizationalRole
        objectClass: pwdPolicy
        cn: \(name)
        pwdAttribute: userPassword
        \(lines)


        """
    }

    private static func user(_ name: String, policy: String, _ lines: String = "pwdChangedTime: 20200101000000Z")
        -> String
    {
        """
        dn: uid=\(name),\(DirectoryServer.people)
        objectClass: inetOrgPerson
        uid: \(name)
        cn: \(name)
        sn: Test
        userPassword: secret
        pwdPolicySubentry: cn=\(policy),\(policies)
        \(lines)


        """
    }

    private static var entries: String {
        """
        dn: \(policies)
        objectClass: organizationalUnit
        ou: policies


        """
            + policy("lock", "pwdLockout: TRUE\npwdMaxFailure: 3")
            + policy("age", "pwdMaxAge: 86400")
            + policy("grace", "pwdMaxAge: 86400\npwdGraceAuthNLimit: 2")
            + policy("reset", "pwdMustChange: TRUE")
            + policy("warn", "pwdMaxAge: 2000000000\npwdExpireWarning: 2000000000")
            + ["lock-1", "lock-2"].map { user($0, policy: "lock") }.joined()
            + user("old", policy: "age") + user("grace", policy: "grace") + user("warned", policy: "warn")
            + user("reset", policy: "reset", "pwdReset: TRUE")
    }

    /// A server with these accounts; slapd tells that an account is locked if `tellsLocks`.
    private func server(tellsLocks: Bool = true) throws -> DirectoryServer {
        var options = DirectoryServer.Options()
        options.lines = ["moduleload ppolicy"]
        options.databaseLines = ["overlay ppolicy"] + (tellsLocks ? ["ppolicy_use_lockout"] : [])
        options.entries = Self.entries
        return try DirectoryServer(options)
    }

    /// How often an account was bound to.
    private func binds(_ name: String, _ server: DirectoryServer) -> Int {
        server.count("BIND dn=\"uid=\(name),\(DirectoryServer.people)\" method=128")
    }

    /// How many failures the server counts, and whether it has locked the account.
    private func failures(_ name: String, _ server: DirectoryServer) throws -> (count: Int, isLocked: Bool) {
        let entry = try server.entries("(uid=\(name))", "pwdFailureTime", "pwdAccountLockedTime")
        return (entry.ranges(of: "pwdFailureTime: ").count, entry.contains("pwdAccountLockedTime: "))
    }

    private static let ways = [
        "ldap_auth_method: bind",
        "ldap_auth_method: fastbind\nldap_filter: uid=%u,\(DirectoryServer.people)",
    ]

    @Test(arguments: ways, [true, false])
    func `a refused login costs one failure, whatever follows, and then the account is locked`(
        way: String,
        tellsLocks: Bool
    ) throws {
        let server = try server(tellsLocks: tellsLocks)
        // The same server twice: a refused bind must not be sent to the second one either.
        let bed = try LDAPDaemon(server, "\(way)\nldap_servers: \(server.url) ldap://localhost:\(server.port)/")
        #expect(try bed.login("lock-1") == .accepted, "\(bed.log)")
        #expect(binds("lock-1", server) == 1)
        for number in 1...3 {
            #expect(try bed.login("lock-1", "wrong") == .refused, "\(bed.log)")
            #expect(binds("lock-1", server) == number + 1, "\(server.log)")
            #expect(try failures("lock-1", server) == (number, number == 3))
        }
        #expect(try bed.login("lock-1") == .refused, "\(bed.log)")
        #expect(binds("lock-1", server) == 5, "\(server.log)")
        #expect(bed.log.contains("user lock-1: invalidCredentials (49): the account is locked") == tellsLocks)
        let output = try bed.check("lock-1")
        #expect(binds("lock-1", server) == 6, "\(server.log)")
        let reason = tellsLocks ? ": the account is locked" : ""
        #expect(output.contains("  verdict: refused: invalidCredentials (49)\(reason)\n"), "\(output)")
        // Others are not affected.
        #expect(try bed.login("lock-2") == .accepted, "\(bed.log)")
        // The right password counts again when the administrator has unlocked the account.
        try server.modify(
            """
            dn: uid=lock-1,\(DirectoryServer.people)
            changetype: modify
            delete: pwdAccountLockedTime

            """
        )
        #expect(try bed.login("lock-1") == .accepted, "\(bed.log)")
        #expect(try failures("lock-1", server) == (0, false))
    }

    @Test func `concurrent wrong passwords cost one failure each`() throws {
        let server = try server()
        let bed = try LDAPDaemon(server)
        let clients = try (0..<2).map { number in
            let client = try MuxClient(bed.daemon.socket)
            try client.send(MuxClient.request("lock-1", "guess-\(number)", "imap", ""))
            return client
        }
        for client in clients { #expect(LDAPLogin.verdict(try client.answer()) == .refused) }
        #expect(binds("lock-1", server) == 2)
        #expect(try bed.login("lock-1") == .accepted, "\(bed.log)")
    }

    @Test func `a frozen server that has taken a bind gets it once`() throws {
        let server = try server()
        let bed = try LDAPDaemon(
            server,
            "ldap_timeout: 2\nldap_servers: \(server.url) ldap://localhost:\(server.port)/"
        )
        #expect(try bed.login("lock-1", "wrong") == .refused, "\(bed.log)")
        server.freeze()
        #expect(try bed.login("lock-1", "wrong") == .unavailable, "\(bed.log)")
        server.thaw()
        #expect(try bed.login("lock-2") == .accepted, "\(bed.log)")
        #expect(try failures("lock-1", server).count <= 2, "\(server.log)")
    }

    @Test(arguments: ways)
    func `an expired password is refused, with the reason in the log`(way: String) throws {
        let server = try server()
        let bed = try LDAPDaemon(server, way)
        for _ in 0..<2 { #expect(try bed.login("old") == .refused, "\(bed.log)") }
        #expect(try bed.login("old", "wrong") == .refused, "\(bed.log)")
        #expect(binds("old", server) == 3)
        #expect(bed.log.contains("user old: invalidCredentials (49): the password has expired"), "\(bed.log)")
        let output = try bed.check("old")
        #expect(output.contains("  verdict: refused: invalidCredentials (49): the password has expired\n"), "\(output)")
    }

    @Test(arguments: ways)
    func `grace logins are counted once each, logged, and then refused`(way: String) throws {
        let server = try server()
        let bed = try LDAPDaemon(server, way)
        #expect(try bed.login("grace") == .accepted, "\(bed.log)")
        #expect(bed.log.contains("user grace: the password has expired, grace logins left: 1"), "\(bed.log)")
        #expect(try server.entries("(uid=grace)", "pwdGraceUseTime").ranges(of: "pwdGraceUseTime: ").count == 1)
        // The server counts by second.
        #expect(try waitsForNextSecond() && bed.login("grace") == .accepted, "\(bed.log)")
        #expect(bed.log.contains("user grace: the password has expired, grace logins left: 0"), "\(bed.log)")
        #expect(try bed.login("grace") == .refused, "\(bed.log)")
        #expect(bed.log.contains("user grace: invalidCredentials (49): the password has expired"), "\(bed.log)")
        #expect(binds("grace", server) == 3)
    }

    private func waitsForNextSecond() -> Bool {
        let now = time(nil)
        return waitUntil { time(nil) > now + 1 }
    }

    @Test(arguments: ways)
    func `a password that must be changed, or will expire, is accepted, and the log says so`(way: String) throws {
        let server = try server()
        let bed = try LDAPDaemon(server, way)
        #expect(try bed.login("reset") == .accepted, "\(bed.log)")
        #expect(bed.logs("user reset: the password must be changed"), "\(bed.log)")
        #expect(try bed.check("reset").contains("the password must be changed"))
        #expect(try bed.login("warned") == .accepted, "\(bed.log)")
        #expect(bed.logs("user warned: the password expires in "), "\(bed.log)")
        #expect(try bed.login("warned", "wrong") == .refused, "\(bed.log)")
        #expect(binds("warned", server) == 2)
        #expect(try bed.login("alice") == .accepted, "\(bed.log)")
        #expect(!bed.log.contains("user alice: "), "\(bed.log)")
    }

    /// Its connection can do nothing but change the password: the group is asked for by the reader.
    @Test func `the group of a user who must change the password is checked by the reader`() throws {
        let server = try server()
        try server.modify(
            """
            dn: cn=mail,ou=groups,\(DirectoryServer.suffix)
            objectClass: groupOfNames
            cn: mail
            member: uid=reset,\(DirectoryServer.people)

            """
        )
        for way in Self.ways {
            let group = "ldap_group_attr: member\nldap_group_dn: cn=mail,ou=groups,\(DirectoryServer.suffix)"
            let bed = try LDAPDaemon(server, "\(way)\n\(group)")
            #expect(try bed.login("reset") == .accepted, "\(bed.log)")
            #expect(try bed.login("alice") == .refused, "\(bed.log)")
        }
        // Without a reader nobody can ask.
        let bed = try LDAPDaemon(
            settings: """
                ldap_servers: \(server.url)
                \(Self.ways[1])
                ldap_group_attr: member
                ldap_group_dn: cn=mail,ou=groups,\(DirectoryServer.suffix)

                """
        )
        #expect(try bed.login("reset") != .accepted, "\(bed.log)")
        #expect(try bed.login("alice") == .refused, "\(bed.log)")
    }

    @Test func `a locked reader is no verdict on users`() throws {
        let server = try server()
        try server.modify(
            """
            dn: \(DirectoryServer.reader)
            changetype: modify
            add: pwdPolicySubentry
            pwdPolicySubentry: cn=lock,\(Self.policies)
            -
            add: pwdAccountLockedTime
            pwdAccountLockedTime: 000001010000Z

            """
        )
        let bed = try LDAPDaemon(server)
        for password in ["secret", "wrong"] {
            #expect(try bed.login("alice", password) == .unavailable, "\(bed.log)")
        }
        #expect(bed.logs("the bind as ldap_bind_dn: invalidCredentials (49)"), "\(bed.log)")
    }
}
