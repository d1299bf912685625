import Foundation
import TestSupport
import Testing

/// Groups with slapd's overlay memberof, and who asks about them.
struct LDAPGroupTests {
    private static let people = DirectoryServer.people
    private static let groups = "ou=groups,\(DirectoryServer.suffix)"
    private static let mail = "cn=mail,\(groups)"
    /// Users whose DNs have characters that filters and DNs escape.
    private static let odd = [
        ("smith, jo", "uid=smith\\2C jo,\(people)"), ("a+b", "uid=a\\2Bb,\(people)"),
        ("q\";<=#", "uid=q\\22\\3B\\3C\\3D\\23,\(people)"), ("star*(x)\\", "uid=star\\2A(x)\\5C,\(people)"),
        ("multi", "cn=Surname\\2C Name+uid=multi,\(people)"),
    ]

    /// A server whose group mail has alice, dave and those users; `rules` are further rules of access.
    private func server(_ rules: String...) throws -> DirectoryServer {
        var options = DirectoryServer.Options()
        options.lines = ["moduleload memberof"]
        options.databaseLines =
            rules + ["overlay memberof", "memberof-group-oc groupOfNames", "memberof-member-ad member"]
        let server = try DirectoryServer(options)
        let members = ["uid=alice,\(Self.people)", "uid=dave,ou=admins,\(Self.people)"] + Self.odd.map(\.1)
        try server.modify(
            """
            dn: \(Self.mail)
            objectClass: groupOfNames
            cn: mail
            \(members.map { "member: \($0)" }.joined(separator: "\n"))

            dn: cn=mail (other)*,\(Self.groups)
            objectClass: groupOfNames
            cn: mail (other)*
            member: uid=carol,\(Self.people)

            """
        )
        return server
    }

    private func change(_ verb: String, _ login: String, _ server: DirectoryServer) throws {
        try server.modify(
            """
            dn: \(Self.mail)
            changetype: modify
            \(verb): member
            member: uid=\(login),\(Self.people)

            """
        )
    }

    /// Settings that all mean: members of the group mail.
    private static let settings = [
        "ldap_filter: (&(uid=%u)(memberOf=\(mail)))",
        "ldap_group_dn: \(mail)\nldap_group_attr: member",
        """
        ldap_group_match_method: filter
        ldap_group_search_base: \(groups)
        ldap_group_filter: (&(objectClass=groupOfNames)(cn=mail)(member=%D))
        """,
        """
        ldap_group_match_method: filter
        ldap_group_search_base: %D
        ldap_group_scope: base
        ldap_group_filter: (memberOf=\(mail))
        """,
    ]

    @Test(arguments: settings)
    func `members are accepted from when they join to when they leave, whatever is in their DN`(settings: String) throws
    {
        let server = try server()
        let bed = try LDAPDaemon(server, settings)
        for login in ["alice"] + Self.odd.map(\.0) {
            #expect(try bed.login(login) == .accepted, "\(login): \(bed.log)")
            #expect(try bed.login(login, "wrong") == .refused, "\(login): \(bed.log)")
        }
        #expect(try bed.login("dave", "admin-word") == .accepted, "\(bed.log)")
        for login in ["bob", "carol", "nobody"] { #expect(try bed.login(login) == .refused, "\(login): \(bed.log)") }
        try change("add", "bob", server)
        #expect(try bed.login("bob") == .accepted, "\(bed.log)")
        try change("delete", "bob", server)
        #expect(try bed.login("bob") == .refused, "\(bed.log)")
        try change("delete", "alice", server)
        #expect(try bed.login("alice") == .refused, "\(bed.log)")
    }

    @Test func `a group whose name has the characters of filters`() throws {
        let server = try server()
        for lines in [
            "ldap_group_dn: cn=mail (other)*,\(Self.groups)\nldap_group_attr: member",
            "ldap_filter: (&(uid=%u)(memberOf=cn=mail \\28other\\29\\2a,\(Self.groups)))",
            """
            ldap_group_match_method: filter
            ldap_group_search_base: cn=mail (other)*,\(Self.groups)
            ldap_group_filter: (member=%D)
            """,
        ] {
            let bed = try LDAPDaemon(server, lines)
            #expect(try bed.login("carol") == .accepted, "\(bed.log)")
            #expect(try bed.login("alice") == .refused, "\(bed.log)")
        }
    }

    // MARK: Who asks

    /// fastbind, with and without a reader.
    private func fastbind(_ server: DirectoryServer, hasReader: Bool, _ lines: String) throws -> LDAPDaemon {
        let reader = """
            ldap_bind_dn: \(DirectoryServer.reader)
            ldap_bind_pw: \(DirectoryServer.readersPassword)

            """
        return try LDAPDaemon(
            settings: """
                ldap_servers: \(server.url)
                ldap_auth_method: fastbind
                ldap_filter: uid=%u,\(Self.people)
                \(hasReader ? reader : "")
                \(lines)

                """
        )
    }

    @Test(arguments: [true, false], settings.dropFirst())
    func `fastbind checks groups too, with a reader and without`(hasReader: Bool, settings: String) throws {
        let server = try server()
        let bed = try fastbind(server, hasReader: hasReader, settings)
        // Not multi, whose DN is another.
        for login in ["alice", "smith, jo", "a+b", "q\";<=#", "star*(x)\\"] {
            #expect(try bed.login(login) == .accepted, "\(login): \(bed.log)")
            #expect(try bed.login(login, "wrong") == .refused, "\(login): \(bed.log)")
        }
        for login in ["bob", "carol", "nobody"] { #expect(try bed.login(login) == .refused, "\(login): \(bed.log)") }
        #expect(server.log.contains("BIND dn=\"\(DirectoryServer.reader)\"") == hasReader)
    }

    @Test(arguments: settings[1...2])
    func `groups that only the reader sees need the reader`(settings: String) throws {
        let server = try server(
            "access to dn.subtree=\(Self.groups) by dn.exact=\(DirectoryServer.reader) read by * none"
        )
        let bed = try fastbind(server, hasReader: true, settings)
        #expect(try bed.login("alice") == .accepted, "\(bed.log)")
        #expect(try bed.login("carol") == .refused, "\(bed.log)")
        let other = try fastbind(server, hasReader: false, settings)
        for login in ["alice", "carol"] { #expect(try other.login(login) != .accepted, "\(other.log)") }
        #expect(try other.login("alice", "wrong") == .refused, "\(other.log)")
    }

    @Test func `a member with a wrong password is refused before the group is asked`() throws {
        let server = try server()
        let bed = try LDAPDaemon(server, Self.settings[1])
        #expect(try bed.login("alice", "wrong") == .refused)
        #expect(server.count("CMP dn=") == 0, "\(server.log)")
        #expect(try bed.login("carol") == .refused)
        #expect(bed.logs("user carol: not a member of the group"), "\(bed.log)")
        let output = try bed.check("carol")
        #expect(output.contains("  verdict: refused: not a member of the group\n"), "\(output)")
    }

    @Test func `a group is not asked on the connection of another user`() throws {
        // Only alice and the reader may see the group: what carol's bind sees must not be what alice's saw.
        let server = try server(
            "access to dn.subtree=\(Self.groups) by dn.exact=uid=alice,\(Self.people) read by * none"
        )
        let bed = try fastbind(server, hasReader: false, Self.settings[2])
        for _ in 0..<3 {
            #expect(try bed.login("alice") == .accepted, "\(bed.log)")
            #expect(try bed.login("smith, jo") != .accepted, "\(bed.log)")
            #expect(try bed.login("carol") != .accepted, "\(bed.log)")
        }
    }
}
