import TestSupport

/// Tokens in filters and names.
enum LDAPTokenCases {
    private static let people = DirectoryServer.people

    static let tokens: [LDAPCase] = [
        LDAPCase("%u", "ldap_filter: mail=%u", .accepted("alice@example.org"), .refused("alice")),
        LDAPCase(
            "%U",
            "ldap_filter: uid=%U",
            .accepted("alice"),
            .accepted("alice@example.org"),
            .accepted("alice@x@y"),
            .refused("@alice"),
            .refused("@")
        ),
        LDAPCase(
            "%d",
            "ldap_filter: (&(mail=%U@%d)(cn=%U))",
            .accepted("alice@example.org"),
            .refused("alice@example.com"),
            .refused("alice"),
            .refused("alice").of(realm: "example.org"),
            .refused("alice@")
        ),
        LDAPCase(
            "%1 to %9",
            "ldap_filter: (&(uid=%U)(mail=%U@%2.%1))",
            .accepted("alice@example.org"),
            .accepted("alice@mail.example.org"),
            .refused("alice@example.com"),
            .refused("alice"),
            .accepted("alice").of(realm: "example.org"),
            .refused("alice@example.com").of(realm: "example.org")
        ),
        LDAPCase("a label that is not there", "ldap_filter: (&(uid=%U)(host=%9))", .refused("alice@example.org")),
        LDAPCase(
            "empty labels",
            "ldap_filter: (&(uid=%U)(mail=%U@%2.%1))",
            .differs(
                "alice@example..org",
                cyrus: .refused,
                ours: .accepted,
                "empty labels do not count; with Cyrus saslauthd they shift the others"
            )
        ),
        LDAPCase(
            "%r",
            "ldap_filter: (mail=%u@%r)",
            .accepted("alice").of(realm: "example.org"),
            .refused("alice").of(realm: "example.com"),
            .refused("alice")
        ),
        LDAPCase(
            "%R",
            "ldap_filter: (|(mail=%u%R)(&(uid=%u%R)(cn=carol)))",
            .accepted("alice").of(realm: "example.org"),
            .accepted("carol"),
            .refused("alice")
        ),
        LDAPCase(
            "a default realm",
            "ldap_filter: (mail=%u@%r)\nldap_default_domain: example.org",
            .accepted("alice"),
            .refused("alice").of(realm: "example.com")
        ),
        LDAPCase(
            "%s",
            "ldap_filter: (&(uid=%u)(authorizedService=%s))",
            .accepted("alice").of(service: "imap"),
            .refused("alice").of(service: "smtp"),
            .refused("alice").of(service: "")
        ),
        LDAPCase(
            "%D is empty in the filter for users",
            "ldap_filter: (|(uid=%u)(cn=%D))",
            .differs(cyrus: .accepted, ours: .rejected, "the DN is not known there; the file is rejected")
        ),
        LDAPCase("%%", "ldap_filter: (|(uid=%u)(cn=100%%))", .accepted("alice"), .refused("100%")),
        LDAPCase(
            "an unknown token is dropped",
            "ldap_filter: (|(uid=%u)(cn=x%n))",
            says: ["unknown token %n expands to nothing; write %% for a percent sign"],
            .accepted("alice"),
            .refused("nobody")
        ),
        LDAPCase("MongoDB's example", "ldap_filter: (mail=%n)", .refused("alice@example.org")),
        LDAPCase(
            "a percent sign at the end",
            "ldap_filter: uid=%u%",
            .differs(cyrus: nil, ours: .rejected, "Cyrus saslauthd reads beyond the pattern")
        ),
        LDAPCase("no token", "ldap_filter: uid=alice", .accepted("anybody"), .refused("alice", "wrong")),
        LDAPCase(
            "marks of filters in a login",
            "",
            .refused("*"),
            .refused("al*"),
            .refused("alice)(uid=*"),
            .refused("*)(uid=alice"),
            .refused("alice\\"),
            .refused("\\2a"),
            .accepted("star*(x)\\"),
            .accepted("a+b"),
            .accepted("q\";<=#"),
            .accepted("smith, jo"),
            .accepted("jörg")
        ),
        LDAPCase(
            "a token in the base",
            "ldap_search_base: ou=%s,\(DirectoryServer.suffix)",
            .accepted("alice").of(service: "people"),
            .refused("alice").of(service: "groups"),
            .differs(
                "dave",
                "admin-word",
                cyrus: .accepted,
                ours: .refused,
                "a value of a token must not change the structure of a DN"
            ).of(service: "admins,ou=people")
        ),
        LDAPCase(
            "a token in the DN of a group",
            "ldap_group_dn: cn=%s,ou=groups,\(DirectoryServer.suffix)",
            .accepted("alice").of(service: "staff"),
            .refused("carol").of(service: "staff"),
            .refused("alice").of(service: "nowhere"),
            .refused("alice").of(service: "staff,ou=nowhere")
        ),
    ]

    static let fastbind: [LDAPCase] = [
        LDAPCase(
            "fastbind",
            "ldap_auth_method: fastbind\nldap_filter: uid=%u,\(people)",
            .accepted("alice"),
            .refused("alice", "wrong"),
            .refused("nobody"),
            .refused("alice", ""),
            .accepted("jörg"),
            .differs(
                "dave,ou=admins",
                "admin-word",
                cyrus: .accepted,
                ours: .refused,
                "a value of a token must not change the structure of a DN"
            ),
            .differs("smith, jo", cyrus: .refused, ours: .accepted, "special characters are escaped"),
            .differs("a+b", cyrus: .refused, ours: .accepted, "special characters are escaped"),
            .differs("q\";<=#", cyrus: .refused, ours: .accepted, "special characters are escaped")
        ),
        LDAPCase(
            "fastbind with a constant DN",
            "ldap_auth_method: fastbind\nldap_filter: uid=alice,\(people)",
            .accepted("anybody"),
            .refused("anybody", "wrong")
        ),
        LDAPCase(
            "fastbind with a name that can be empty",
            "ldap_auth_method: fastbind\nldap_filter: %U",
            .differs("@x", "anything", cyrus: .accepted, ours: .rejected, "a bind without a name is anonymous")
        ),
        LDAPCase(
            "fastbind with a realm that can be empty",
            "ldap_auth_method: fastbind\nldap_filter: %r",
            .differs("alice", "anything", cyrus: .accepted, ours: .rejected, "a bind without a name is anonymous")
        ),
        LDAPCase(
            "fastbind with a name that is no DN",
            "ldap_auth_method: fastbind\nldap_filter: %u@example.org",
            .refused("alice")
        ),
        LDAPCase(
            "fastbind with a group",
            "ldap_auth_method: fastbind\nldap_filter: uid=%u,\(people)\nldap_group_dn: cn=staff,ou=groups,\(DirectoryServer.suffix)",
            .accepted("alice"),
            .refused("alice", "wrong"),
            .refused("carol")
        ),
    ]

    private static let external = "EXTERNAL verifies the daemon, not the password of the user"

    static let sasl: [LDAPCase] =
        ["DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "CRAM-MD5"].map { mechanism in
            LDAPCase(
                "SASL \(mechanism)",
                "ldap_use_sasl: yes\nldap_auth_method: fastbind\nldap_mech: \(mechanism)",
                .accepted("alice"),
                .refused("alice", "wrong"),
                .refused("nobody"),
                .accepted("jörg")
            )
        } + [
            LDAPCase(
                "SASL PLAIN",
                "ldap_use_sasl: yes\nldap_mech: PLAIN\nldap_sasl_secprops: none",
                .accepted("alice"),
                .refused("alice", "wrong")
            ),
            LDAPCase(
                "bind becomes fastbind with SASL",
                "ldap_use_sasl: yes\nldap_auth_method: bind\nldap_mech: DIGEST-MD5\nldap_filter: uid=nobody",
                .accepted("alice")
            ),
            LDAPCase(
                "SASL without a mechanism",
                "ldap_use_sasl: yes",
                .accepted("alice"),
                .refused("alice", "wrong")
            ),
            LDAPCase(
                "a realm is a part of the SASL identity",
                "ldap_use_sasl: yes\nldap_mech: SCRAM-SHA-256",
                .accepted("user").of(realm: "sub.example.org"),
                .refused("user", "wrong").of(realm: "sub.example.org"),
                .refused("user"),
                .accepted("user@sub.example.org").of(realm: "example.org"),
                .refused("alice").of(realm: "example.org")
            ),
            LDAPCase(
                "SASL with a group",
                """
                ldap_use_sasl: yes
                ldap_mech: SCRAM-SHA-256
                ldap_group_dn: cn=staff,ou=groups,\(DirectoryServer.suffix)
                """,
                .differs("alice", cyrus: .refused, ours: .accepted, "Cyrus saslauthd compares `dn:` and the DN"),
                .refused("alice", "wrong"),
                .refused("sasl-reader")
            ),
            LDAPCase(
                "a mechanism without SASL",
                "ldap_mech: PLAIN",
                says: ["ldap_mech: this has no effect without ldap_use_sasl: yes"],
                .accepted("alice")
            ),
            LDAPCase(
                "custom with a reader by SASL",
                """
                ldap_auth_method: custom
                ldap_password_attr: storedPassword
                ldap_use_sasl: yes
                ldap_mech: SCRAM-SHA-256
                ldap_id: sasl-reader
                ldap_password: secret
                """,
                .accepted("x-ssha"),
                .refused("x-ssha", "wrong")
            ),
            LDAPCase(
                "EXTERNAL",
                "ldap_servers: $LDAPI\nldap_use_sasl: yes\nldap_mech: EXTERNAL",
                .differs("alice", "anything", cyrus: .accepted, ours: .rejected, external),
                .differs("nobody", "anything", cyrus: .accepted, ours: .rejected, external)
            ),
            LDAPCase(
                "no mechanism, where EXTERNAL is offered",
                "ldap_servers: $LDAPI\nldap_use_sasl: yes",
                .accepted("alice"),
                .refused("alice", "wrong")
            ),
        ]
        + ["ANONYMOUS", "GSSAPI", "OAUTHBEARER"].map { mechanism in
            LDAPCase(mechanism, "ldap_use_sasl: yes\nldap_mech: \(mechanism)", .rejected("alice", "anything"))
        }
}
