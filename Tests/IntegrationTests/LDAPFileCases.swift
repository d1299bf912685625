import TestSupport

/// How a settings file is read.
enum LDAPFileCases {
    private static let refusesAll = "Cyrus saslauthd rejects the whole file silently"
    private static let long = String(repeating: "x", count: 5000)

    static let lines: [LDAPCase] = [
        LDAPCase(
            "comments, blanks and empty lines",
            """
            # A comment.
              # Another, with blanks before it.

              ldap_filter: uid=%u
            LDAP_Scope:sub
            ldap_time_limit:\t5
            """,
            .accepted("alice"),
            .refused("alice", "wrong"),
            .refused("nobody")
        ),
        LDAPCase("a comment after a value is a part of it", "ldap_filter: (uid=%u) # users", .rejected()),
        LDAPCase(
            "quotes are a part of a value",
            "ldap_bind_pw: \"\(DirectoryServer.readersPassword)\"",
            .unavailable()
        ),
        LDAPCase(
            "marks and blanks in a password need no quotes",
            "ldap_bind_dn: cn=blank reader,\(DirectoryServer.suffix)\nldap_bind_pw: reader #word%u \"x\"",
            .accepted("alice"),
            .refused("alice", "wrong")
        ),
        LDAPCase("blanks before the colon", "ldap_filter : uid=%u", .rejected()),
        LDAPCase("an equals sign", "ldap_filter=uid=%u", .rejected()),
        LDAPCase("a key without a value", "ldap_filter:", .rejected()),
        LDAPCase("a key with blanks as its value", "ldap_filter:   ", .rejected()),
        LDAPCase("a line that is no setting", "users of this host", .rejected()),
        LDAPCase(
            "a byte order mark",
            whole: "\u{FEFF}" + LDAPCase.usual,
            .differs(cyrus: .refused, ours: .accepted, refusesAll)
        ),
        LDAPCase("no end of the last line", whole: LDAPCase.usual + "ldap_filter: uid=%u", .accepted("alice")),
        LDAPCase(
            "blanks behind the reader's password",
            "ldap_bind_pw: \(DirectoryServer.readersPassword) ",
            .differs(cyrus: .refused, ours: .accepted, "blanks at the end of a line are never meant")
        ),
        LDAPCase(
            "blanks behind a word",
            "ldap_auth_method: custom \nldap_password_attr: storedPassword",
            .differs("x-ssha", cyrus: .refused, ours: .accepted, "Cyrus saslauthd ignores the line")
        ),
        LDAPCase(
            "lines end with CR LF",
            whole: LDAPCase.usual.replacing("\n", with: "\r\n"),
            .differs(cyrus: .refused, ours: .accepted, "the CR becomes a part of the reader's password")
        ),
        LDAPCase(
            "CR LF is harmless without a password",
            whole: "ldap_servers: $URL\r\nldap_search_base: \(DirectoryServer.people)\r\n",
            .accepted("alice")
        ),
        LDAPCase(
            "an unknown key",
            "ldap_fliter: uid=nobody",
            says: ["unknown key ldap_fliter is ignored; did you mean ldap_filter?"],
            .accepted("alice")
        ),
        LDAPCase(
            "keys of real files that have no effect",
            """
            log_level: 10
            ldap_port: 3
            ldap_uri: ldap://nowhere.invalid/
            ldap_base: dc=nowhere
            ldap_uidattr: cn
            ldap_sasl: yes
            ldap_host: nowhere.invalid
            ldap_tls_cacert: /nowhere
            ldap_bind_password: wrong
            """,
            says: ["log_level has no effect", "ldap_bind_password has no effect; use ldap_bind_pw"],
            .accepted("alice"),
            .refused("alice", "wrong")
        ),
        LDAPCase(
            "the last of two lines counts",
            "ldap_search_base: dc=nowhere\nldap_search_base: \(DirectoryServer.people)",
            .accepted("alice")
        ),
        LDAPCase(
            "the last of two words counts",
            "ldap_scope: one\nldap_scope: sub",
            .accepted("alice"),
            .differs(
                "dave",
                "admin-word",
                cyrus: .refused,
                ours: .accepted,
                "the first word cannot be undone with a default"
            )
        ),
        LDAPCase(
            "a line of 5000 bytes",
            "ldap_filter: (|(uid=%u)(cn=\(long)))",
            .differs(cyrus: .refused, ours: .accepted, refusesAll)
        ),
        LDAPCase("a comment of 5000 bytes", "# \(long)", .differs(cyrus: .refused, ours: .accepted, refusesAll)),
        LDAPCase(
            "a line that begins with a zero byte",
            "\0ldap_filter: uid=%u",
            .differs(cyrus: nil, ours: .rejected, "Cyrus saslauthd writes before its buffer")
        ),
        LDAPCase(
            "a number that is none",
            "ldap_size_limit: many",
            .differs(cyrus: .accepted, ours: .rejected, "Cyrus saslauthd reads it as 0: no limit")
        ),
        LDAPCase("no limits", "ldap_time_limit: 0\nldap_size_limit: 0", .accepted("alice")),
        LDAPCase(
            "no time-out",
            "ldap_timeout: 0",
            .differs(cyrus: .refused, ours: .accepted, "Cyrus saslauthd does not connect")
        ),
    ]

    private static let isYes = "Cyrus saslauthd reads it as no"
    private static let isDefault = "Cyrus saslauthd ignores the line"

    static let words: [LDAPCase] =
        ["Yes", "TRUE", "On"].map { word in
            LDAPCase(
                "ldap_start_tls: \(word)",
                "ldap_servers: $PLAIN\nldap_start_tls: \(word)",
                says: ["Cyrus saslauthd reads \"\(word)\" as no; here it is yes"],
                .differs(cyrus: .accepted, ours: .unavailable, isYes)
            )
        }
        + ["yes", "true", "on", "1", "y", "t"].map { word in
            LDAPCase("ldap_start_tls: \(word)", "ldap_servers: $PLAIN\nldap_start_tls: \(word)", .unavailable())
        }
        + ["no", "No", "OFF", "false", "0", "n"].map { word in
            LDAPCase("ldap_start_tls: \(word)", "ldap_servers: $PLAIN\nldap_start_tls: \(word)", .accepted("alice"))
        }
        + [
            LDAPCase(
                "ldap_start_tls: maybe",
                "ldap_servers: $PLAIN\nldap_start_tls: maybe",
                .differs(cyrus: .accepted, ours: .rejected, isYes)
            )
        ]
        + ["Yes", "True", "demand", "hard", "try"].map { word in
            LDAPCase(
                "ldap_tls_check_peer: \(word)",
                "ldap_servers: $LDAPS\nldap_tls_cacert_file: $STRANGER\nldap_tls_check_peer: \(word)",
                .differs(cyrus: word == "try" ? .refused : .accepted, ours: .unavailable, isYes)
            )
        }
        + ["no", "never", "allow", "0"].map { word in
            LDAPCase(
                "ldap_tls_check_peer: \(word)",
                "ldap_servers: $LDAPS\nldap_tls_cacert_file: $STRANGER\nldap_tls_check_peer: \(word)",
                .accepted("alice"),
                .refused("alice", "wrong")
            )
        }
        + [
            LDAPCase(
                "a stranger's certificate is not accepted",
                "ldap_servers: $LDAPS\nldap_tls_cacert_file: $STRANGER\nldap_tls_check_peer: yes",
                .unavailable()
            ),
            LDAPCase(
                "ldaps",
                "ldap_servers: $LDAPS\nldap_tls_cacert_file: $CA\nldap_tls_check_peer: yes",
                .accepted("alice"),
                .refused("alice", "wrong")
            ),
            LDAPCase(
                "StartTLS",
                "ldap_start_tls: yes\nldap_tls_cacert_file: $CA\nldap_tls_check_peer: yes",
                .accepted("alice"),
                .refused("alice", "wrong")
            ),
            LDAPCase("StartTLS on ldaps", "ldap_servers: $LDAPS\nldap_start_tls: yes", .rejected()),
            LDAPCase("an unset check verifies", "ldap_servers: $LDAPS", .unavailable()),
            LDAPCase(
                "words in any case",
                "ldap_auth_method: BIND\nldap_scope: Sub\nldap_deref: NEVER",
                .accepted("alice")
            ),
        ]
        + [
            "ldap_auth_method: simple", "ldap_scope: tree", "ldap_deref: sometimes",
            """
            ldap_group_search_base: ou=groups,\(DirectoryServer.suffix)
            ldap_group_filter: (memberUid=%u)
            ldap_group_match_method: filter
            ldap_group_scope: tree
            """,
            "ldap_group_match_method: dn",
        ].map { line in
            LDAPCase(
                line.split(separator: "\n").last.map(String.init) ?? "",
                line,
                .differs(cyrus: .accepted, ours: .rejected, isDefault)
            )
        }
}
