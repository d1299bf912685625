import TestSupport

/// Keys, tokens and escapes.
enum LDAPKeyCases {
    private static let people = DirectoryServer.people
    private static let groups = "ou=groups,\(DirectoryServer.suffix)"
    private static let staff = "cn=staff,\(groups)"

    static let keys: [LDAPCase] = [
        LDAPCase("a server that does not answer is passed over", "ldap_servers: $DEAD $URL", .accepted("alice")),
        LDAPCase("commas between servers", "ldap_servers: $DEAD,$URL", .accepted("alice")),
        LDAPCase(
            "schemes may be mixed",
            "ldap_servers: ldaps://127.0.0.1:1/ $LDAPI $URL",
            .accepted("alice"),
            .refused("alice", "wrong")
        ),
        LDAPCase("a host without a scheme", "ldap_servers: 127.0.0.1", .rejected()),
        LDAPCase("what is behind the host", "ldap_servers: $URLdc=nowhere??base?(uid=none)", .accepted("alice")),
        LDAPCase(
            "protocol version 2",
            "ldap_version: 2",
            .differs(cyrus: .refused, ours: .accepted, "version 3 is used; servers of today refuse version 2")
        ),
        LDAPCase("a filter without parentheses", "ldap_filter: uid=%u", .accepted("alice")),
        LDAPCase(
            "blanks in a filter",
            "ldap_filter: (& (uid=%u) (| (objectClass=inetOrgPerson) (objectClass=account)))",
            .accepted("alice"),
            .refused("nobody")
        ),
        LDAPCase("no reader", whole: "ldap_servers: $URL\nldap_search_base: \(people)\n", .accepted("alice")),
        LDAPCase(
            "a reader's wrong password",
            "ldap_bind_pw: wrong",
            .unavailable(),
            .unavailable("alice", "wrong"),
            .unavailable("nobody")
        ),
        LDAPCase("other names of keys", "ldap_password: \(DirectoryServer.readersPassword)", .accepted("alice")),
        LDAPCase(
            "a reader without a password",
            whole: "ldap_servers: $URL\nldap_search_base: \(people)\nldap_bind_dn: \(DirectoryServer.reader)\n",
            .differs(cyrus: .refused, ours: .rejected, "the file is rejected with a reason")
        ),
        LDAPCase(
            "several entries and a limit of 1",
            "ldap_filter: mail=%u\nldap_size_limit: 1",
            .refused("twin@example.org"),
            .accepted("alice@example.org")
        ),
        LDAPCase(
            "several entries and a limit of 5",
            "ldap_filter: mail=%u\nldap_size_limit: 5",
            .refused("twin@example.org"),
            .refused("twin@example.org", "wrong")
        ),
        LDAPCase(
            "scopes",
            "ldap_scope: one",
            .accepted("alice"),
            .refused("dave", "admin-word")
        ),
        LDAPCase(
            "one entry",
            "ldap_scope: base\nldap_search_base: uid=alice,\(people)",
            .accepted("alice"),
            .refused("bob")
        ),
        LDAPCase(
            "a base that is not there",
            "ldap_search_base: ou=nowhere,\(DirectoryServer.suffix)",
            .differs(cyrus: .refused, ours: .unavailable, "this is a fault of the settings, not of a user")
        ),
        LDAPCase("levels of debugging", "ldap_debug: 0\nldap_restart: yes\nldap_referrals: no", .accepted("alice")),
        LDAPCase(
            "an empty password",
            "",
            .refused("alice", ""),
            .refused("nobody", "")
        ),
        LDAPCase(
            "passwords of 127 bytes and more",
            "",
            .accepted("long", String(repeating: "x", count: 127)),
            .refused("long", String(repeating: "x", count: 126)),
            .differs(
                "long",
                String(repeating: "x", count: 128),
                cyrus: .accepted,
                ours: .refused,
                "Cyrus saslauthd cuts passwords to 127 bytes"
            )
        ),
    ]

    static let membership: [LDAPCase] = [
        LDAPCase(
            "a group by its attribute",
            "ldap_group_dn: \(staff)",
            .accepted("alice"),
            .refused("alice", "wrong"),
            .refused("carol"),
            .accepted("smith, jo"),
            .accepted("multi")
        ),
        LDAPCase(
            "another attribute",
            "ldap_group_dn: cn=names,\(groups)\nldap_group_attr: member",
            .accepted("alice"),
            .refused("carol")
        ),
        LDAPCase(
            "a group that is not there",
            "ldap_group_dn: cn=nowhere,\(groups)",
            .differs(cyrus: .refused, ours: .unavailable, "this is a fault of the settings, not of a user")
        ),
        LDAPCase(
            "a group of the realm",
            "ldap_group_dn: cn=%1,\(groups)",
            .accepted("alice").of(realm: "example.org"),
            .refused("alice").of(realm: "example.com")
        ),
        LDAPCase(
            "a group by a filter with the DN",
            "ldap_group_match_method: filter\nldap_group_search_base: \(groups)\nldap_group_filter: (uniqueMember=%D)",
            .differs("alice", cyrus: .refused, ours: .accepted, "one of several groups is enough"),
            .accepted("multi"),
            .refused("carol")
        ),
        LDAPCase(
            "a group by a filter with the login",
            """
            ldap_search_base: \(DirectoryServer.suffix)
            ldap_group_match_method: filter
            ldap_group_filter: (&(objectClass=posixGroup)(memberUid=%u)(cn=%s))
            """,
            .accepted("alice").of(service: "xmpp"),
            .refused("carol").of(service: "xmpp"),
            .refused("alice").of(service: "imap")
        ),
        LDAPCase(
            "a group's scope",
            """
            ldap_group_match_method: filter
            ldap_group_search_base: \(DirectoryServer.suffix)
            ldap_group_scope: one
            ldap_group_filter: (memberUid=%u)
            """,
            .refused("alice")
        ),
        LDAPCase(
            "a group filter alone",
            "ldap_group_filter: (memberUid=%u)",
            .rejected()
        ),
        LDAPCase(
            "a group filter of more than 127 bytes",
            """
            ldap_group_match_method: filter
            ldap_group_search_base: \(groups)
            ldap_group_filter: (|(uniqueMember=%D)(cn=\(String(repeating: "x", count: 130))))
            """,
            .differs(cyrus: .refused, ours: .accepted, "Cyrus saslauthd cuts the filter to 127 bytes"),
            .refused("carol")
        ),
    ]
}
