import Authentication
import TestSupport
import Testing

@testable import saslauthd_ldap

private func values(
    _ login: String,
    realm: String = "",
    service: String = "smtp",
    defaultRealm: String = ""
) -> TokenValues {
    TokenValues(
        login: ByteString(login),
        realm: ByteString(realm),
        service: ByteString(service),
        defaultRealm: ByteString(defaultRealm)
    )
}

private func filter(_ text: String) throws -> FilterPattern { try FilterPattern(TokenPattern(ByteString(text))) }
private func name(_ text: String) throws -> DNPattern { try DNPattern(TokenPattern(ByteString(text))) }
private func bindName(_ text: String) throws -> BindName { try BindName(TokenPattern(ByteString(text))) }

@Suite struct PatternTests {
    @Test(arguments: [
        ("alice", "", Token.login, "alice"), ("alice", "", .user, "alice"), ("alice", "", .domain, ""),
        ("a@b.c@d.e", "", .login, "a@b.c@d.e"), ("a@b.c@d.e", "", .user, "a"), ("a@b.c@d.e", "", .domain, "b.c@d.e"),
        ("@x", "", .user, ""), ("@x", "", .domain, "x"), ("x@", "", .domain, ""), ("x@", "r", .label(1), "r"),
        ("a@mail.example.org", "r", .label(1), "org"), ("a@mail.example.org", "r", .label(2), "example"),
        ("a@mail.example.org", "r", .label(3), "mail"), ("a@mail.example.org", "r", .label(4), ""),
        ("a@a..b", "", .label(1), "b"), ("a@a..b", "", .label(2), "a"), ("a@a..b", "", .label(3), ""),
        ("a", "example.org", .label(2), "example"), ("a", "", .label(1), ""),
        ("a", "r", .realm, "r"), ("a", "r", .atRealm, "@r"), ("a", "", .realm, ""), ("a", "", .atRealm, ""),
        ("a", "", .service, "smtp"), ("a", "", .userDN, ""),
    ])
    func `a token stands for a part of the request`(login: String, realm: String, token: Token, value: String) {
        #expect(values(login, realm: realm).value(of: token) == Array(value.utf8))
    }

    @Test func `a default realm counts where the request has none`() {
        #expect(values("a", defaultRealm: "d").value(of: .atRealm) == Array("@d".utf8))
        #expect(values("a", realm: "r", defaultRealm: "d").value(of: .realm) == Array("r".utf8))
        #expect(values("a", defaultRealm: "d.e").value(of: .label(2)) == Array("d".utf8))
        #expect(values("a", realm: "r").identity == "a@r" && values("a@b", realm: "r").identity == "a@b")
    }

    @Test func `what nobody knows stands for nothing, two percent signs for one, and one at the end is a fault`() throws
    {
        let pattern = try TokenPattern("(a=%n%%x%u%-)")
        #expect(pattern.parts == [.text(Array("(a=%x".utf8)), .token(.login), .text(Array(")".utf8))])
        #expect(pattern.unknown == ["%n", "%-"])
        #expect(throws: PatternFault.percentAtEnd) { try TokenPattern("(uid=%u)%") }
        #expect(throws: PatternFault.percentAtEnd) { try TokenPattern("%%%") }
    }

    @Test(arguments: [
        ("uid=%u", "a*(b)\\c", "(uid=a\\2a\\28b\\29\\5cc)"), ("(uid=%u)", "a\0b", "(uid=a\\00b)"),
        ("(uid=%U)", "a@b", "(uid=a)"), (" ( & (uid=%u) (x=1) )", "a", " ( & (uid=a) (x=1) )"),
        ("(|(uid=%u)(mail=%u@x))", "a", "(|(uid=a)(mail=a@x))"), ("(mail=%n)", "a", "(mail=)"),
        ("(memberOf=cn=%u,ou=x)", "a,b", "(memberOf=cn=a\\5c2Cb,ou=x)"), ("(uid=%u)", "a,b", "(uid=a,b)"),
        (
            "(memberOf:1.2.840.113556.1.4.1941:=CN=%u,DC=x)", "a+b",
            "(memberOf:1.2.840.113556.1.4.1941:=CN=a\\5c2Bb,DC=x)"
        ),
        ("(x=\\28%u)", "a", "(x=\\28a)"), ("(uid=*%u*)", "a", "(uid=*a*)"), ("(!(uid=%d))", "a", "(!(uid=))"),
        ("(userAccountControl:1.2.840.113556.1.4.803:=2)", "a", "(userAccountControl:1.2.840.113556.1.4.803:=2)"),
    ])
    func `a filter is made of its pattern, with what is inserted escaped`(
        pattern: String,
        login: String,
        expected: String
    ) throws {
        #expect(try filter(pattern).expand(values(login)) == .text(ByteString(expected)))
    }

    @Test(arguments: [
        ("(%u=x)", PatternFault.noValue(.login)), ("(&%u)", .noValue(.login)), ("%u", .noValue(.login)),
        ("(uid=%u", .parentheses), ("(uid=%u))", .parentheses), ("(uid=%u)(x=y)", .parentheses),
        ("(uid=\\%u)", .behindBackslash(.login)), ("(uid=\\2%u)", .behindBackslash(.login)),
        ("(uid=a(b)", .parentheses), ("(uid)", .noEqualsSign), ("(&(uid=%u)x)", .textBetween), ("()", .parentheses),
        ("(=%u)", .noEqualsSign), ("", .parentheses),
    ])
    func `a filter that is none, or has a token elsewhere than in a value, is a fault`(
        pattern: String,
        fault: PatternFault
    ) {
        #expect(throws: fault) { try filter(pattern) }
    }

    @Test(arguments: ["(uid=%U*)", "(uid=*%U)", "(uid=a*%U*b)", "(uid=%U%d*)"])
    func `an asterisk never comes to stand alone`(pattern: String) throws {
        let pattern = try filter(pattern)
        guard case .refused = pattern.expand(values("@")) else {
            Issue.record("\(pattern)")
            return
        }
        guard case .text = pattern.expand(values("a@")) else {
            Issue.record("\(pattern)")
            return
        }
    }

    @Test func `the attribute of the login is known where the filter has no other`() throws {
        for text in ["uid=%u", "(uid=%u)", "(uid=%U)"] { #expect(try filter(text).loginAttribute == "uid") }
        for text in ["(&(uid=%u)(a=b))", "(uid=x%u)", "(uid=%u*)", "(uid>=%u)", "(uid=%s)", "(uid=%u%u)", "(uid:=%u)"] {
            #expect(try filter(text).loginAttribute == nil)
        }
    }

    @Test(arguments: [
        ("uid=%u,ou=people,dc=x", "bob,ou=admins", "uid=bob\\2Cou\\3Dadmins,ou=people,dc=x"),
        ("uid=%u,dc=x", " #a ", "uid=\\20#a\\20,dc=x"), ("uid=%u,dc=x", "#a", "uid=\\23a,dc=x"),
        ("uid=%u,dc=x", "a\"+;<>\\b\nc", "uid=a\\22\\2B\\3B\\3C\\3E\\5Cb\\0Ac,dc=x"),
        ("uid=%u,dc=x", "ä é", "uid=ä é,dc=x"),
        ("cn=S\\, N,cn=%u", "a", "cn=S\\, N,cn=a"), ("cn=\"a,b\",cn=%u", "a", "cn=\"a,b\",cn=a"),
        ("uid=%u+mail=%u@x,dc=x", "a", "uid=a+mail=a@x,dc=x"), ("dc=%2,dc=%1", "a@b.c", "dc=b,dc=c"),
        ("bobnet\\saslauthd", "a", "bobnet\\saslauthd"), ("", "a", ""), ("uid=a*%u", "(", "uid=a*("),
    ])
    func `a name is made of its pattern, with what is inserted escaped`(
        pattern: String,
        login: String,
        expected: String
    ) throws {
        #expect(try name(pattern).expand(values(login)) == .text(ByteString(expected)))
    }

    @Test(arguments: [
        ("%u,dc=x", PatternFault.noValue(.login)), ("uid%u=x", .noValue(.login)), ("uid=x,%u", .noValue(.login)),
        ("cn=\\%u", .behindBackslash(.login)), ("cn=\\4%u", .behindBackslash(.login)), ("cn=\"%u\"", .inQuotes(.login)),
        ("cn=#04%u", .behindNumberSign(.login)), ("cn=%u,dc", .noEqualsSign), ("%D+cn=x", .textBehind(.userDN)),
        ("%Dx", .textBehind(.userDN)), ("%D%u", .textBehind(.userDN)), ("%u", .noValue(.login)),
    ])
    func `a name with a token elsewhere than in a value is a fault`(pattern: String, fault: PatternFault) {
        #expect(throws: fault) { try name(pattern) }
    }

    @Test func `a value that would be empty makes no name`() throws {
        for (pattern, login) in [
            ("dc=%2,dc=%1", "a"), ("uid=%U,dc=x", "@x"), ("uid=a, ou= %d ,dc=x", "a"), ("ou=%d", "a"),
        ] {
            guard case .refused = try name(pattern).expand(values(login)) else {
                Issue.record("\(pattern)")
                continue
            }
        }
        guard case .refused = try name("%D").expand(values("a")) else {
            Issue.record("a name of nothing")
            return
        }
    }

    @Test func `the DN of the user is inserted as it is among parts, and escaped in a value`() throws {
        var values = values("a")
        values.userDN = "uid=a,dc=x"
        #expect(try name("%D").expand(values) == .text("uid=a,dc=x"))
        #expect(try name("cn=g,%D,dc=y").expand(values) == .text("cn=g,uid=a,dc=x,dc=y"))
        #expect(try name("cn=%D,dc=y").expand(values) == .text("cn=uid\\3Da\\2Cdc\\3Dx,dc=y"))
        values.userDN = "cn=a\\2Cb (c),dc=x"
        #expect(try filter("(member=%D)").expand(values) == .text("(member=cn=a\\5c2Cb \\28c\\29,dc=x)"))
    }

    @Test func `a name to bind as that is no DN is not escaped, and becomes none`() throws {
        #expect(try bindName("%u@ad.example").expand(values("a+b")) == .text("a+b@ad.example"))
        #expect(try bindName("AD\\%U").expand(values("a@b")) == .text("AD\\a"))
        #expect(try bindName("%u").expand(values("AD\\a")) == .text("AD\\a"))
        #expect(try bindName("%u").expand(values("uid=a,dc=x")) == .text("uid=a,dc=x"))
        #expect(try !bindName("%u@x").isDN && bindName("uid=%u").isDN)
        for (pattern, login) in [("%u@ad", "uid=a,dc=x"), ("%u%R", "a\0"), ("%U", "@"), ("%r", "a"), (" %U", "@")] {
            guard case .refused = try bindName(pattern).expand(values(login)) else {
                Issue.record("\(pattern)")
                continue
            }
        }
    }

    @Test func `what can be empty is known at the start`() throws {
        for text in ["%U", "%d", "%r", "%R", "%s", "%1%2", "%n", "", "%D"] {
            #expect(try TokenPattern(ByteString(text)).canBeEmpty(hasDefaultRealm: false))
        }
        for text in ["%u", "%U@x", "uid=%U"] {
            #expect(try !TokenPattern(ByteString(text)).canBeEmpty(hasDefaultRealm: false))
        }
        #expect(try !TokenPattern("%U%R").canBeEmpty(hasDefaultRealm: true))
    }

    @Test(arguments: [
        "uid=%u", "(&(uid=%u)(|(mail=%U@%d)(x>=%s))(!(y=%r)))", "(uid=%u*)", "(uid=*%U*%d)", "(m=cn=%u,ou=%d,dc=x)",
        "(member=%D)", "(x=a%1b%2*)", "(cn:dn:=%R)",
    ])
    func `no request changes the form of a filter`(text: String) throws {
        let pattern = try filter(text)
        var plain = values("a@b.c", realm: "r")
        plain.userDN = "dc=x"
        guard case .text(let benign) = pattern.expand(plain) else {
            Issue.record("\(text)")
            return
        }
        let form = try #require(Filter.parse(benign.bytes)).form
        var sequence = SeededGenerator(seed: 16)
        for _ in 0..<3000 {
            let hostile = sequence.values()
            guard case .text(let expanded) = pattern.expand(hostile) else { continue }
            let parsed = try #require(Filter.parse(expanded.bytes), "\(expanded)")
            #expect(parsed.form == form, "\(expanded)")
            if text == "uid=%u" { #expect(parsed.values == [hostile.value(of: .login)]) }
        }
    }

    @Test(arguments: [
        "uid=%u,ou=people,dc=x", "dc=%2,dc=%1", "uid=%U+ou=%d,dc=x", "cn=a%rb,cn=%s,dc=x", "cn=%u%d,cn=%D,dc=%R",
    ])
    func `no request changes the form of a name`(text: String) throws {
        let pattern = try name(text)
        var plain = values("a@b.c", realm: "r")
        plain.userDN = "dc=x"
        guard case .text(let benign) = pattern.expand(plain) else {
            Issue.record("\(text)")
            return
        }
        let attributes = try #require(Name.parse(benign.bytes)).attributes
        var sequence = SeededGenerator(seed: 11)
        for _ in 0..<3000 {
            let hostile = sequence.values()
            guard case .text(let expanded) = pattern.expand(hostile) else { continue }
            let parsed = try #require(Name.parse(expanded.bytes), "\(expanded)")
            #expect(parsed.attributes == attributes, "\(expanded)")
            if text.hasPrefix("uid=%u") { #expect(parsed.values.first == hostile.value(of: .login)) }
        }
    }

    @Test func `patterns of any bytes are read or refused`() {
        var sequence = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            var text = sequence.value() + sequence.value()
            if Bool.random(using: &sequence) { text = Array("(a=%u".utf8) + text }
            guard let pattern = try? TokenPattern(ByteString(text)) else { continue }
            if let filter = try? FilterPattern(pattern), case .text(let made) = filter.expand(values("a@b")) {
                #expect(!made.isEmpty)
            }
            if let name = try? BindName(pattern), case .text(let made) = name.expand(values("a@b")) {
                #expect(!made.isEmpty)
            }
        }
    }
}
