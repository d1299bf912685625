import TestSupport

/// Stored passwords, and files of real sites.
enum LDAPStoredCases {
    private static let lines = "ldap_auth_method: custom\nldap_password_attr: storedPassword"
    private static let asText = "Cyrus saslauthd compares the stored text with the password"

    private static let known = ["crypt", "unix", "md5", "smd5", "sha", "ssha", "lowercase"]
    private static let unknown = [
        ("ssha256", "{SSHA256}oBmrdHcA6OZEkkCLeXh71YAerbvhXz1qqwjrPsXmEtNzYWx0c2FsdA=="),
        (
            "ssha512",
            "{SSHA512}aCu7JRc+kLsuEmFs1zTY+AiP7DSGnjjG+dH28Dp+E5usqoAixeTPihKqZmkWal4mUfp63tqvCAkFV1LKTDFH6XNhbHRzYWx0"
        ),
        ("pbkdf2", "{PBKDF2-SHA256}1000$c2FsdHNhbHQ$hgR9HsqtKupWxpnv8y99TrPDajTT/9PcSTlNafpdLXQ"),
        (
            "argon2",
            "{ARGON2}$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHQ$q/cS8NQ2ebhnKjj1D+r8KE5a/l/zqlNNBRVutrAt1wQ"
        ),
    ]
    private static let unusable = [
        ("sasl", "{SASL}alice@example.org"), ("kerberos", "{KERBEROS}alice@EXAMPLE.ORG"), ("unknown", "{ROT13}frperg"),
    ]

    static let cases: [LDAPCase] =
        known.map { kind in
            LDAPCase(
                "{\(kind)}",
                lines,
                .accepted("x-\(kind)"),
                .refused("x-\(kind)", "wrong"),
                .refused("x-\(kind)", "{")
            )
        }
        + unknown.map { kind, stored in
            LDAPCase(
                "{\(kind)}",
                lines,
                .differs("x-\(kind)", cyrus: .refused, ours: .accepted, "the scheme is known"),
                .refused("x-\(kind)", "wrong"),
                .differs("x-\(kind)", stored, cyrus: .accepted, ours: .refused, asText)
            )
        }
        + unusable.map { kind, stored in
            LDAPCase(
                "{\(kind)}",
                lines,
                .refused("x-\(kind)"),
                .differs("x-\(kind)", stored, cyrus: .accepted, ours: .refused, asText)
            )
        }
        + [
            LDAPCase(
                "clear text",
                lines,
                .accepted("x-plain"),
                .refused("x-plain", "wrong"),
                .refused("x-plain", "secre"),
                .refused("x-plain", "secrets"),
                .refused("x-plain", "")
            ),
            LDAPCase(
                "several values",
                lines,
                .differs("x-first", cyrus: .refused, ours: .accepted, "Cyrus saslauthd looks at the last value alone"),
                .accepted("x-first", "other"),
                .accepted("x-last"),
                .differs(
                    "x-last",
                    "other",
                    cyrus: .refused,
                    ours: .accepted,
                    "Cyrus saslauthd looks at the last value alone"
                ),
                .refused("x-last", "wrong")
            ),
            LDAPCase(
                "MD5 is told apart by its form",
                lines,
                .differs("x-md5crypt", cyrus: .refused, ours: .accepted, "it is md5-crypt, as of Dovecot"),
                .refused("x-md5crypt", "wrong"),
                .differs("x-md5hex", cyrus: .refused, ours: .accepted, "it is hexadecimal"),
                .refused("x-md5hex", "wrong")
            ),
            LDAPCase(
                "a hash that is too short",
                lines,
                .differs("x-short", cyrus: nil, ours: .refused, "Cyrus saslauthd crashes")
            ),
            LDAPCase("no value", lines, .refused("x-none"), .refused("x-none", "")),
            LDAPCase(
                "a locked password",
                lines,
                .refused("x-locked"),
                .differs("x-locked", Self.locked, cyrus: .accepted, ours: .refused, asText)
            ),
            LDAPCase(
                "the usual attribute",
                "ldap_auth_method: custom",
                .accepted("alice"),
                .accepted("carol"),
                .refused("carol", "wrong")
            ),
            LDAPCase(
                "custom with a group",
                "ldap_auth_method: custom\nldap_group_dn: cn=staff,ou=groups,\(DirectoryServer.suffix)",
                .accepted("alice"),
                .refused("alice", "wrong"),
                .refused("carol")
            ),
            LDAPCase(
                "a reader who may not see passwords",
                whole: "ldap_servers: $URL\nldap_search_base: \(DirectoryServer.people)\nldap_auth_method: custom\n",
                .refused("alice")
            ),
        ]

    static let locked =
        "!$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG."

    static let realFiles: [LDAPCase] = [
        LDAPCase(
            "docker-mailserver",
            whole: """
                ldap_servers: $URL

                ldap_auth_method: bind
                ldap_bind_dn: \(DirectoryServer.reader)
                ldap_bind_pw: \(DirectoryServer.readersPassword)

                ldap_search_base: \(DirectoryServer.people)
                ldap_filter: (&(uniqueIdentifier=%u)(mailEnabled=TRUE))

                ldap_start_tls: no
                ldap_tls_check_peer: no

                ldap_referrals: yes
                log_level: 10

                """,
            says: ["log_level has no effect", "referrals are not followed"],
            .accepted("alice@example.org"),
            .refused("alice@example.org", "wrong"),
            .refused("bob@example.org"),
            .refused("alice")
        ),
        LDAPCase(
            "Jitsi Meet",
            whole: """
                ldap_servers: $URL
                ldap_search_base: \(DirectoryServer.people)
                ldap_bind_dn: \(DirectoryServer.reader)
                ldap_bind_pw: \(DirectoryServer.readersPassword)
                ldap_filter: uid=%u
                ldap_version: 3
                ldap_auth_method: bind
                ldap_tls_key: $CERTIFICATE
                ldap_tls_cert: $CERTIFICATE
                ldap_tls_check_peer: yes
                ldap_tls_cacert_file: $CA
                ldap_tls_ciphers: SECURE256:SECURE128:!AES-128-CBC:!ARCFOUR-128:!CAMELLIA-128-CBC:!3DES-CBC:!CAMELLIA-128-CBC
                ldap_start_tls: yes

                """,
            .accepted("alice").of(service: "xmpp"),
            .refused("alice", "wrong").of(service: "xmpp")
        ),
        LDAPCase(
            "DebOps",
            whole: """
                # {{ ansible_managed }}
                ldap_servers: $URL
                ldap_start_tls: yes
                ldap_tls_check_peer: yes
                ldap_tls_cacert_file: $CA
                ldap_bind_dn: \(DirectoryServer.reader)
                ldap_bind_pw: \(DirectoryServer.readersPassword)
                ldap_search_base: \(DirectoryServer.people)
                ldap_scope: sub
                ldap_auth_method: bind
                ldap_filter: (& (objectClass=inetOrgPerson) (| (uid=%u) (mail=%u) ) (| (authorizedService=all) \
                (authorizedService=%s) (authorizedService=mail:send) ) (| (host=%r) (host=posix:urn:example) \
                (host=posix:all) (host=mail.example.org) (host=posix:host:mail) (host=org) ) )

                """,
            .accepted("alice"),
            .accepted("alice@example.org"),
            .refused("alice", "wrong"),
            .refused("carol")
        ),
        LDAPCase(
            "MongoDB, OpenLDAP",
            whole: """
                ldap_servers: $URL
                ldap_search_base: \(DirectoryServer.people)
                ldap_filter: (uid=%u)

                """,
            .accepted("alice"),
            .refused("alice", "wrong")
        ),
        LDAPCase(
            "MongoDB, Active Directory",
            whole: """
                ldap_servers: $URL
                ldap_use_sasl: yes
                ldap_mech: DIGEST-MD5
                ldap_auth_method: fastbind

                """,
            .accepted("alice"),
            .refused("alice", "wrong")
        ),
        LDAPCase(
            "Prosody",
            """
            ldap_group_search_base: ou=groups,\(DirectoryServer.suffix)
            ldap_group_match_method: filter
            ldap_group_filter: (&(objectClass=posixGroup)(memberUid=%u)(cn=xmpp))
            """,
            .accepted("alice"),
            .refused("carol")
        ),
        LDAPCase(
            "names of Active Directory",
            """
            ldap_filter: (&(objectClass=windowsAccount)(sAMAccountName=%U)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))
            """,
            .accepted("alice@ad.example"),
            .refused("bob"),
            .refused("carol")
        ),
    ]
}
