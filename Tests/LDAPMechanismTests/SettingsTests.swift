import Authentication
import MechanismKit
import Testing

@testable import saslauthd_ldap

private func text(_ file: String) -> SettingsText {
    SettingsText(file: "/etc/saslauthd.conf", text: Array(file.utf8).span)
}

private func settings(_ file: String) throws -> LDAPSettings { try LDAPSettings(text(file)) }

/// What keeps a file from being used; `nil` for nothing.
private func complaint(_ file: String) -> String? {
    do {
        _ = try settings(file)
        return nil
    } catch {
        return "\(error)".replacing("/etc/saslauthd.conf:", with: "")
    }
}

private func warnings(_ file: String) throws -> [String] {
    try settings(file).warnings.map { $0.replacing("/etc/saslauthd.conf:", with: "") }
}

private let reader = "ldap_bind_dn: cn=mail,dc=example\nldap_bind_pw: word\n"

@Suite struct SettingsTests {
    @Test func `an empty file has the defaults of Cyrus saslauthd`() throws {
        let settings = try settings("")
        let (servers, tls, reader, method) = (settings.servers, settings.tls, settings.reader, settings.method)
        let (membership, limits, timeout, warnings) = (
            settings.membership, settings.limits, settings.timeout, settings.warnings
        )
        #expect(servers.map(\.description) == ["ldap://localhost/"])
        #expect(!tls.startsTLS && tls.check == .systemDefault && tls.caFile == nil)
        #expect(reader == .anonymous && membership == .notAsked && timeout == 5 && warnings.isEmpty)
        #expect(limits == SearchLimits(entries: 2, seconds: 5, dereferencing: .never))
        guard case .bind(let search) = method else {
            Issue.record("\(method)")
            return
        }
        #expect(search.scope == .sub && search.filter.loginAttribute == "uid")
    }

    @Test func `every key is read, in any case, with what stands behind the colon as it is`() throws {
        let settings = try settings(
            """
            # a comment
              # another
            LDAP_Servers: ldaps://a.example,ldaps://[2001:db8::1]:637/ ldapi://%2Frun%2Fldapi
            ldap_bind_dn:cn=Surname\\, Name,dc=example
            ldap_bind_pw: pa"ss #1 %word
            ldap_search_base:   dc=%2,dc=%1
            ldap_filter: (&(uid=%u) (x=#y))
            ldap_scope: ONE
            ldap_auth_method: Custom
            ldap_password_attr: secret
            ldap_timeout: 7
            ldap_time_limit: 8
            ldap_size_limit: 9
            ldap_deref: Always
            ldap_default_domain: example.org
            ldap_group_dn: cn=mail,dc=example
            ldap_group_attr: member
            ldap_tls_check_peer: Demand
            ldap_tls_cacert_file: /ca.pem
            ldap_tls_cacert_dir: /ca
            ldap_tls_ciphers: NORMAL
            ldap_tls_cert: /cert
            ldap_tls_key: /key
            """
        )
        let (servers, tls, reader, method) = (settings.servers, settings.tls, settings.reader, settings.method)
        let (membership, limits, timeout, realm) = (
            settings.membership, settings.limits, settings.timeout, settings.defaultRealm
        )
        #expect(
            servers.map(\.description) == [
                "ldaps://a.example/", "ldaps://[2001:db8::1]:637/", "ldapi://%2Frun%2Fldapi/",
            ]
        )
        #expect(reader == .simple("cn=Surname\\, Name,dc=example"))
        let password = ByteString(copying: settings.password.span)
        #expect(password == "pa\"ss #1 %word")
        #expect(tls.check == .demand && tls.caFile == "/ca.pem" && tls.caDirectory == "/ca" && tls.ciphers == "NORMAL")
        #expect(tls.certificate == "/cert" && tls.key == "/key")
        #expect(limits == SearchLimits(entries: 9, seconds: 8, dereferencing: .always))
        #expect(timeout == 7 && realm == "example.org")
        guard case .custom(let search, let attribute) = method,
            case .attribute(let group, let groupAttribute, .reader) = membership
        else {
            Issue.record("\(method) \(membership)")
            return
        }
        let values = TokenValues(login: "a", realm: "", service: "", defaultRealm: realm)
        #expect(search.base.expand(values) == .text("dc=example,dc=org") && search.scope == .one)
        #expect(search.filter.expand(values) == .text("(&(uid=a) (x=#y))"))
        #expect(attribute == "secret" && groupAttribute == "member")
        #expect(group.expand(values) == .text("cn=mail,dc=example"))
    }

    @Test func `a mark at the start, CR LF, blanks behind values and a missing end of the last line do not count`()
        throws
    {
        let settings = try settings(
            "\u{FEFF}ldap_bind_dn: cn=x \r\nldap_bind_pw: word \t\r\nldap_scope: one\r\n\r\nldap_timeout: 3"
        )
        let (reader, timeout, warnings) = (settings.reader, settings.timeout, settings.warnings)
        let password = ByteString(copying: settings.password.span)
        #expect(reader == .simple("cn=x") && password == "word" && timeout == 3)
        #expect(warnings.count == 2)
        #expect(warnings.allSatisfy { $0.contains("blanks at the end") && !$0.contains("word,") })
        #expect(warnings.contains { $0.contains("conf:2: ") } && warnings.contains { $0.contains("conf:3: ") })
    }

    @Test func `the last of a key counts, by whatever name, and a default undoes what was before`() throws {
        let settings = try settings(
            "ldap_bind_dn: cn=x\nldap_password: a\nldap_bind_pw: b\nldap_bind_pw: c\nldap_password: d\n"
                + "ldap_auth_method: custom\nldap_auth_method: bind\n"
        )
        let password = ByteString(copying: settings.password.span)
        #expect(password == "d")
        let method = settings.method
        guard case .bind = method else {
            Issue.record("\(method)")
            return
        }
    }

    @Test func `nothing is cut`() throws {
        let long = String(repeating: "x", count: 9000)
        let settings = try settings("ldap_bind_dn: cn=\(long)\nldap_bind_pw: \(long)\nldap_filter: (uid=\(long)%u)")
        let (reader, count) = (settings.reader, settings.password.count)
        #expect(reader == .simple(ByteString("cn=\(long)")) && count == 9000)
    }

    @Test(arguments: [
        ("ldap_scope : one", "1: there are blanks before the colon; write \"ldap_scope: value\""),
        ("ldap_scope=one", "1: there is an equals sign instead of a colon; write \"ldap_scope: value\""),
        ("ldap_scope one", "1: there is no colon after ldap_scope; write \"ldap_scope: value\""),
        ("\n\nldap_scope:", "3: ldap_scope has no value; add one, or remove the line"),
        ("ldap_scope:  \r", "1: ldap_scope has no value; add one, or remove the line"),
        ("word", "1: the line has no colon; write \"key: value\""),
        ("=word", "1: the line is neither \"key: value\" nor a comment that begins with #"),
        ("ldap_filter: a\0b", "1: ldap_filter holds a zero byte"),
        ("log_level:", "1: log_level has no value; add one, or remove the line"),
        ("ldap_scope: two", "1: ldap_scope: \"two\" is not sub, one or base"),
        ("ldap_auth_method: simple", "1: ldap_auth_method: \"simple\" is not bind, custom or fastbind"),
        ("ldap_group_scope: tree", "1: ldap_group_scope: \"tree\" is not sub, one or base"),
        ("ldap_deref: no", "1: ldap_deref: \"no\" is not never, search, find or always"),
        ("ldap_timeout: 5s", "1: ldap_timeout: \"5s\" is not a number of seconds from 0 to 3600"),
        ("ldap_time_limit: -1", "1: ldap_time_limit: \"-1\" is not a number of seconds from 0 to 3600"),
        ("ldap_size_limit: many", "1: ldap_size_limit: \"many\" is not a number from 0 to 10000"),
        ("ldap_version: 4", "1: ldap_version: \"4\" is not 2 or 3"),
        ("ldap_start_tls: demand", "1: ldap_start_tls: \"demand\" is not yes or no"),
        (
            "ldap_tls_check_peer: strict",
            "1: ldap_tls_check_peer: \"strict\" is not yes, no, never, allow, try, demand or hard"
        ),
        (
            "ldap_servers: ldap.example.org",
            "1: ldap_servers: \"ldap.example.org\" is no URL; write ldap://ldap.example.org/"
        ),
        ("ldap_servers: http://a/", "1: ldap_servers: http is not ldap, ldaps or ldapi"),
        ("ldap_servers: ldap://a:x/", "1: ldap_servers: \"x\" is not a port from 1 to 65535"),
        ("ldap_servers: ,", "1: ldap_servers: \",\" is not a list of URLs, ldap://HOST/ for instance"),
        ("ldap_filter: (uid=%u", "1: ldap_filter: the parentheses do not match"),
        (
            "ldap_filter: (%u=x)",
            "1: ldap_filter: %u is allowed only in a value, after an equals sign"
        ),
        ("ldap_filter: (member=%D%u)", "1: ldap_filter: %D, the DN of the user, is not known at this point"),
        (
            "ldap_search_base: %u",
            "1: ldap_search_base: %u is allowed only in a value, after an equals sign"
        ),
        (
            "ldap_servers: ldaps://a/ ldap://b/\nldap_start_tls: yes",
            "2: ldap_start_tls is for ldap://, but ldaps://a/ uses TLS already; remove one of them"
        ),
        (
            "ldap_bind_dn: cn=x",
            "1: ldap_bind_dn needs ldap_bind_pw: a bind without a password is anonymous"
        ),
        (
            "ldap_bind_dn: cn=x\nldap_auth_method: custom",
            "1: ldap_bind_dn needs ldap_bind_pw: a bind without a password is anonymous"
        ),
        (
            "ldap_auth_method: fastbind\nldap_filter: %U",
            "2: ldap_filter: with fastbind this is the bind name, and it can expand to nothing; add %u"
        ),
        (
            "ldap_auth_method: fastbind\nldap_filter: %n",
            "2: ldap_filter: with fastbind this is the bind name, and it can expand to nothing; add %u"
        ),
        (
            "ldap_auth_method: fastbind\nldap_filter: %r%d",
            "2: ldap_filter: with fastbind this is the bind name, and it can expand to nothing; add %u"
        ),
        ("ldap_group_filter: (memberUid=%u)", "1: ldap_group_filter needs ldap_group_match_method: filter"),
        (
            "ldap_group_dn: cn=x\nldap_group_match_method: filter",
            "1: ldap_group_dn with ldap_group_match_method: filter needs ldap_group_filter"
        ),
        ("ldap_sasl_secprops: noplain,strong", "1: ldap_sasl_secprops: strong is no property of ldap.conf(5)"),
    ])
    func `what cannot be meant is told at the start, with what would be right`(file: String, expected: String) {
        let extra = file.contains("secprops") ? "\nldap_use_sasl: yes" : ""
        #expect(complaint(file + extra) == expected)
    }

    @Test func `all faults are told, in the order of the file`() throws {
        let all = try #require(complaint("ldap_scope: two\nnonsense\nldap_timeout: x\nldap_servers: a\n"))
        let parts = all.split(separator: "; ").filter { $0.first?.isNumber == true }
        #expect(parts.map { String($0.prefix(2)) } == ["1:", "2:", "3:", "4:"])
    }

    @Test func `no message shows a password`() throws {
        for file in [
            "ldap_bind_pw : topsecret", "ldap_bind_pw=topsecret", "ldap_bind_pw topsecret", "topsecret: topsecret\0",
        ] {
            #expect(complaint(file).map { !$0.dropFirst(12).contains("topsecret") } ?? true)
        }
        #expect(try warnings(reader + "ldap_bind_pw: topsecret \n").allSatisfy { !$0.contains("topsecret") })
    }

    @Test(arguments: [
        ("ldap_grup_dn: cn=x", "1: unknown key ldap_grup_dn is ignored; did you mean ldap_group_dn?"),
        ("LDAP_Serverz: x", "1: unknown key LDAP_Serverz is ignored; did you mean ldap_servers?"),
        ("colour: red", "1: unknown key colour is ignored"),
        ("log_level: 10", "1: log_level has no effect; option -d of saslauthd makes the log more detailed"),
        ("ldap_uri: ldap://x/", "1: ldap_uri has no effect; use ldap_servers: ldap://HOST/"),
        ("ldap_tls_cacert: /x", "1: ldap_tls_cacert has no effect; use ldap_tls_cacert_file"),
        ("ldap_bind_password: x", "1: ldap_bind_password has no effect; use ldap_bind_pw"),
        ("ldap_mech: PLAIN", "1: ldap_mech: this has no effect without ldap_use_sasl: yes"),
        ("ldap_bind_pw: x", "1: ldap_bind_pw: this has no effect without ldap_bind_dn"),
        ("ldap_debug: -1", "1: ldap_debug: this has no effect; option -d of saslauthd makes the log more detailed"),
        ("ldap_version: 2", "1: ldap_version: protocol version 3 is used"),
        (
            "ldap_referrals: yes",
            "1: ldap_referrals: referrals are not followed: passwords are sent only to the servers in ldap_servers"
        ),
        (
            "ldap_filter: (mail=%n)",
            "1: ldap_filter: unknown token %n expands to nothing; write %% for a percent sign"
        ),
        ("ldap_filter: (uid=bob)", "1: ldap_filter: without %u or %U all logins find the same entry"),
        (
            "ldap_servers: ldap://x.example/",
            "1: ldap_servers: passwords are sent to ldap://x.example/ unencrypted; add ldap_start_tls: yes"
        ),
        (
            "ldap_servers: ldap://localhost/dc=x",
            "1: ldap_servers: \"/dc=x\" after the host has no effect; see ldap_search_base"
        ),
        ("ldap_start_tls: Yes", "1: ldap_start_tls: Cyrus saslauthd reads \"Yes\" as no; here it is yes"),
        ("ldap_use_sasl: TRUE", "1: ldap_use_sasl: Cyrus saslauthd reads \"TRUE\" as no; here it is yes"),
        (
            "ldap_tls_check_peer: hard",
            "1: ldap_tls_check_peer: Cyrus saslauthd reads \"hard\" as no; here it is yes: servers without a valid certificate are not used"
        ),
        ("ldap_tls_key: /x", "1: ldap_tls_key: this has no effect without ldap_tls_cert"),
    ])
    func `what has no effect, or another than in Cyrus saslauthd, is accepted with a warning`(
        file: String,
        expected: String
    ) throws {
        #expect(try warnings(file).contains(expected))
    }

    @Test func `a certificate that is not checked is warned of where TLS is used`() throws {
        #expect(try warnings("ldap_tls_check_peer: no").isEmpty)
        #expect(try warnings("ldap_tls_check_peer: no\nldap_start_tls: yes").contains { $0.contains("not checked") })
        #expect(
            try warnings("ldap_tls_check_peer: allow\nldap_servers: ldaps://x/").contains { $0.contains("not checked") }
        )
    }

    @Test(arguments: [
        ("yes", PeerCheck.demand), ("YES", .demand), ("1", .demand), ("true", .demand), ("on", .demand),
        ("On", .demand),
        ("try", .try), ("Hard", .demand), ("demand", .demand), ("no", .never), ("Never", .never), ("allow", .allow),
        ("off", .never), ("0", .never), ("False", .never),
    ])
    func `the words of ldap_conf and those of a switch say how certificates are checked`(word: String, check: PeerCheck)
        throws
    {
        #expect(try settings("ldap_tls_check_peer: \(word)").tls.check == check)
    }

    @Test(arguments: ["EXTERNAL", "GSSAPI", "gss-spnego", "ANONYMOUS", "OAUTHBEARER", "PLAIN EXTERNAL", "KERBEROS_V4"])
    func `a SASL mechanism that does not use the password is refused where it would accept users`(mechanism: String) {
        let lines = "ldap_use_sasl: yes\nldap_mech: \(mechanism)\n"
        for method in ["bind", "fastbind"] {
            #expect(
                complaint(lines + "ldap_auth_method: \(method)")?.contains("does not use the password") == true
            )
        }
        #expect(complaint(lines + "ldap_auth_method: custom") == nil)
    }

    @Test func `a SASL bind of the users' own without a mechanism gets a list of those that use the password`() throws {
        let method = try settings("ldap_use_sasl: yes\n").method
        #expect(method == .saslBind(SASLSettings(mechanisms: SASLSettings.usual, realm: "", properties: "")))
        let plus = try settings("ldap_use_sasl: yes\nldap_mech: scram-sha-256-plus").method
        #expect(plus == .saslBind(SASLSettings(mechanisms: ["SCRAM-SHA-256-PLUS"], realm: "", properties: "")))
    }

    @Test func `with fastbind groups are asked by the user where there is no reader`() throws {
        let base = "ldap_auth_method: fastbind\nldap_filter: uid=%u,dc=x\nldap_group_dn: cn=g\n"
        for (file, asker) in [(base, Membership.Asker.user), (base + reader, .reader)] {
            let membership = try settings(file).membership
            guard case .attribute(_, "uniqueMember", asker) = membership else {
                Issue.record("\(membership)")
                continue
            }
        }
        let byName = "ldap_auth_method: fastbind\nldap_filter: %u@ad\nldap_group_dn: cn=g\n"
        #expect(complaint(byName)?.contains("no group can contain it") == true)
        let byFilter = byName + "ldap_group_match_method: filter\nldap_group_filter: (member=%D)\n"
        #expect(complaint(byFilter)?.contains("%D is empty") == true)
        #expect(complaint(byFilter + "ldap_group_filter: (memberUid=%u)") == nil)
    }

    @Test func `a group filter is searched below the users' base where it has none`() throws {
        let membership = try settings(
            "ldap_search_base: dc=x\nldap_group_match_method: filter\nldap_group_filter: (&(memberUid=%u)(cn=xmpp))\n"
        ).membership
        guard case .search(let search, .reader) = membership else {
            Issue.record("\(membership)")
            return
        }
        let values = TokenValues(login: "a", realm: "", service: "")
        #expect(search.base.expand(values) == .text("dc=x") && search.scope == .sub)
    }

    /// Three files as they are in use, with names and passwords replaced.
    @Test(arguments: [
        (
            """
            ldap_servers: ldap://ldap.example.org
            ldap_auth_method: bind
            ldap_bind_dn: cn=mail,dc=example
            ldap_bind_pw: pass word#1
            ldap_search_base: ou=people,dc=example
            ldap_filter: (&(uid=%u)(enabled=TRUE))
            ldap_start_tls: no
            ldap_tls_check_peer: no
            ldap_referrals: yes
            log_level: 10
            """, 3
        ),
        (
            """
            ldap_servers: ldaps://dc1.ad.example/
            ldap_search_base: DC=ad,DC=example
            ldap_bind_dn: reader@ad.example
            ldap_bind_pw: x
            ldap_filter: (sAMAccountName=%u)
            ldap_version: 3
            ldap_auth_method: bind
            ldap_tls_key: /config/certs/x.key
            ldap_tls_cert: /config/certs/x.crt
            ldap_tls_check_peer: yes
            ldap_tls_cacert_file: /etc/ssl/certs/ca.crt
            """, 0
        ),
        (
            """
            ldap_servers: ldaps://dc1.ad.example ldaps://dc2.ad.example
            ldap_use_sasl: yes
            ldap_mech: DIGEST-MD5
            ldap_auth_method: fastbind
            """, 0
        ),
        ("ldap_servers: ldaps://x/\nldap_search_base: ou=U,dc=x\nldap_filter: (mail=%n)\n", 2),
        (
            "ldap_auth_method: fastbind\nldap_filter: cn=%u,ou=U,dc=x\nldap_bind_dn: cn=r\nldap_bind_pw: p\nldap_mech: PLAIN\n",
            1
        ),
    ])
    func `files in use are accepted unchanged, and so with CR LF`(file: String, count: Int) throws {
        #expect(try warnings(file).count == count)
        #expect(complaint(file.replacing("\n", with: "\r\n")) == nil)
    }

    @Test func `the path is absolute, and the default one where there is none`() {
        #expect(throws: UnusableMechanism("-O saslauthd.conf is not an absolute path")) {
            _ = try SettingsSource.read(Secret(copying: Array("saslauthd.conf".utf8).span))
        }
        #expect(throws: UnusableMechanism("/nowhere/x cannot be read: No such file or directory")) {
            _ = try SettingsSource.read(Secret(copying: Array("/nowhere/x".utf8).span))
        }
        #expect(SettingsSource.defaultPath == "/etc/saslauthd.conf")
    }
}
