import Authentication
import Testing

@testable import DovecotProtocol

@Suite struct AuthCommandTests {
    /// `\0alice\0secret` in base64.
    static let response = "AGFsaWNlAHNlY3JldA=="
    static let secret = Seen.Message.text("\0alice\0secret")

    private func result(_ line: String, minorVersion: UInt32 = 2) -> [Seen] {
        var trial = Trial(minorVersion: minorVersion)
        return trial.feed(line + "\n")
    }

    /// What becomes of the parameters behind the service.
    private func parameters(_ words: String) -> Seen? {
        result("AUTH\t1\tPLAIN\tservice=smtp\t" + words).first
    }

    @Test(arguments: [("1", 1 as UInt32), ("007", 7), ("4294967295", .max)])
    func `an identifier is a number`(text: String, id: UInt32) {
        #expect(result("AUTH\t\(text)\tPLAIN\tservice=smtp") == [.plain(id)])
    }

    @Test(arguments: ["0", "x", "4294967296", "-1", "+1", "", " 1", "1 ", "\u{1}01"])
    func `anything else is no identifier`(text: String) {
        #expect(result("AUTH\t\(text)\tPLAIN\tservice=smtp") == [.close(.badIdentifier)])
    }

    @Test func `an identifier can be used again after the answer, and not before`() {
        var trial = Trial()
        let first = trial.begin(1)
        #expect(trial.connection.reject(first, login: "alice", .refused(.wrongPassword)) != .none)
        let second = trial.begin(1)
        #expect(second.serial != first.serial)
        #expect(trial.feed("AUTH\t1\tPLAIN\tservice=smtp\n") == [.close(.identifierInUse)])
    }

    @Test(arguments: ["PLAIN", "plain", "Plain", "pLAIN"])
    func `a mechanism is found in letters of either case`(name: String) {
        #expect(result("AUTH\t1\t\(name)\tservice=smtp") == [.plain(1)])
    }

    @Test(arguments: [
        "AUTH\t1\tCRAM-MD5\tservice=smtp", "AUTH\t1\tX\tservice=smtp", "AUTH\t1\t\tservice=smtp", "AUTH\t1",
    ])
    func `a mechanism that was not announced closes the connection`(line: String) {
        #expect(result(line) == [.close(.unknownMechanism)])
    }

    @Test(arguments: ["AUTH", "AUTH\t"])
    func `a request without identifier closes the connection`(line: String) {
        #expect(result(line) == [.close(.badIdentifier)])
    }

    @Test(arguments: ["", "\tresp=", "\tnologin\trip=192.0.2.1", "\tService=smtp", "\tservices=smtp"])
    func `a service is required`(words: String) {
        #expect(result("AUTH\t1\tPLAIN" + words) == [.close(.noService)])
    }

    @Test(arguments: [
        ("service=", ""), ("service", ""), ("protocol=smtp", "smtp"), ("service=a=b", "a=b"),
        ("service=a\tservice=b", "b"),
        ("serv\u{1}ice=x", "x"), ("service=a\u{1}tb", "a\tb"), ("service=a\u{1}1b", "a\u{1}b"),
        ("service=a\u{1}rb", "a\rb"), ("service=a\u{1}nb", "a\nb"), ("service=a\u{1}qb", "aqb"),
        ("service=a\u{1}", "a"),
        ("service\u{1}=x", "x"),
    ])
    func `a service may be empty, and is unescaped`(word: String, service: String) {
        let expected = Seen.begin(1, .plain, service: ByteString(service), remote: "", .absent, [], replacing: nil)
        #expect(result("AUTH\t1\tPLAIN\t\(word)") == [expected])
    }

    @Test func `a service with an escaped zero byte closes the connection`() {
        #expect(result("AUTH\t1\tPLAIN\tservice=a\u{1}0") == [.close(.zeroByte)])
    }

    @Test(
        arguments: [
            ("", 0, .absent), ("", 2, .absent), ("\tresp=", 0, .absent), ("\tresp=", 1, .absent),
            ("\tresp=", 2, .text("")), ("\tresp=", 3, .text("")), ("\tresp", 1, .absent), ("\tresp", 2, .text("")),
            ("\tresp==", 0, .text("")), ("\tresp==", 1, .text("")), ("\tresp==", 2, .text("")),
            ("\tresp= ", 0, .text("")), ("\tresp=" + response, 0, secret), ("\tresp=" + response, 2, secret),
            ("\tre\u{1}sp=" + response, 2, secret),
        ] as [(String, UInt32, Seen.Message)]
    )
    func `no response, an empty one and another one differ, by minor version`(
        words: String,
        minorVersion: UInt32,
        message: Seen.Message
    ) {
        #expect(result("AUTH\t1\tPLAIN\tservice=smtp" + words, minorVersion: minorVersion) == [.plain(1, message)])
    }

    @Test(arguments: ["resp=\(response)\t", "resp=\(response)\tnologin", "resp=\t", "resp\tresp", "resp=!\tx"])
    func `the response is the last word`(words: String) {
        #expect(parameters(words) == .close(.wordAfterResponse))
    }

    @Test(arguments: [
        "AGFs aWNlAHNlY3JldA==", " AGFsaWNlAHNlY3JldA==", "AGFsaWNlAHNlY3JldA== ", "AGFsaWNlAHNlY3JldA= =",
        "AGFs\u{1}taWNlAHNlY3JldA==", "AGFs\u{1}raWNlAHNlY3JldA==", "AGFs\u{1}naWNlAHNlY3JldA==",
        "AGFs\raWNlAHNlY3JldA==", "AGFsaWNlAHNlY3JldA==\r", "AGFsaWNlAHNlY3JldB==",
    ])
    func `blanks in base64 are skipped, and the last bits ignored, as by Dovecot`(base64: String) {
        #expect(parameters("resp=" + base64) == .plain(1, Self.secret))
    }

    @Test(arguments: [
        "AGFsaWNlAHNlY3JldA", "AGFsaWNlAHNlY3JldA=", "AGFsaWNlAHNlY3JldA===", "AGFsaWNlAHNlY3JldA==AAAA", "A", "!!!!",
        "===", "====", "= ", " =", "A===", "AGFs.WNl", "AGFs-WNl", "AGFs\u{B}aWNl", "AGFs\u{1}0aWNl", "\u{E4}AAA",
    ])
    func `bad base64 is refused at once, and the identifier is free`(base64: String) {
        var trial = Trial()
        let line = "FAIL\t1\tcode=invalid_base64\treason=Invalid base64 data in initial response\n"
        #expect(trial.feed("AUTH\t1\tPLAIN\tservice=smtp\tresp=\(base64)\n") == [.send(line, ending: nil)])
        #expect(trial.feed("AUTH\t1\tPLAIN\tservice=smtp\n") == [.plain(1)])
    }

    @Test(arguments: [
        ("rip=192.0.2.1", "192.0.2.1"), ("rip=192.0.2.1\trport=49152", "192.0.2.1;49152"),
        ("rport=49152\trip=2001:db8::1", "2001:db8::1;49152"), ("rip=::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("rip=", ""), ("rip", ""), ("rip=mail.example.org", ""), ("rip=[2001:db8::1]", ""), ("rip=192.0.2", ""),
        ("rip=192.0.2.1;1", ""), ("rip=fe80::1%eth0", ""), ("rip=192.0.2.1\u{1}0", ""), ("rip=192.0.2.1\u{1}n", ""),
        ("rip=%s\trport=1", ""), ("rip=192.0.2.1\trport=0", "192.0.2.1"), ("rip=192.0.2.1\trport=65536", "192.0.2.1"),
        ("rip=192.0.2.1\trport=x", "192.0.2.1"), ("rip=192.0.2.1\trport=", "192.0.2.1"), ("rport=49152", ""),
        ("lip=192.0.2.1\tlport=25\treal_rip=192.0.2.2", ""), ("rip=192.0.2.1\trip=", ""),
    ])
    func `the address of the mail user is taken when it is one`(words: String, remote: String) {
        let expected = Seen.begin(1, .plain, service: "smtp", remote: ByteString(remote), .absent, [], replacing: nil)
        #expect(parameters(words) == expected)
    }

    @Test(
        arguments: [
            ("nologin", []), ("secured", ["secured"]), ("secured=tls", ["secured"]), ("no-penalty", ["no-penalty"]),
            ("final-resp-ok", ["final-resp-ok"]), ("\t\t", []), ("=", []), ("=x", []), ("x=", []), ("\u{1}", []),
            ("\u{1}t\u{1}0", []), ("secured\tno-penalty\tfinal-resp-ok", ["secured", "no-penalty", "final-resp-ok"]),
            ("debug\tsession=x\tforward_fields=a\u{1}1b\tcert_username=x\tvalid-client-cert", []), ("SECURED", []),
        ] as [(String, Set<String>)]
    )
    func `three flags are known, and other words ignored`(words: String, flags: Set<String>) {
        #expect(
            parameters(words) == .begin(1, .plain, service: "smtp", remote: "", .absent, flags, replacing: nil)
        )
    }

    @Test(arguments: [
        "AUTH\t1\tPLAIN\tservice=smtp\0", "AUTH\t1\tPLAIN\tservice=smtp\tresp=\(response)\0", "CONT\t1\t\0",
        "CANCEL\t1\0",
        "\0",
    ])
    func `a zero byte closes the connection`(line: String) {
        #expect(result(line) == [.close(.zeroByte)])
    }

    @Test(arguments: ["", "auth\t1\tPLAIN\tservice=smtp", "\tAUTH\t1\tPLAIN\tservice=smtp", "QUIT", "AUTHX\t1", " "])
    func `an unknown command closes the connection`(line: String) {
        #expect(result(line) == [.close(.unknownCommand)])
    }

    @Test func `what Postfix and Exim send is understood`() {
        var postfix = Trial(minorVersion: nil)
        let lines =
            "VERSION\t1\t0\nCPID\t4711\n"
            + "AUTH\t1\tPLAIN\tservice=smtp\tnologin\tlip=192.0.2.25\trip=192.0.2.7\tsecured\tresp=\(Self.response)\n"
        #expect(
            postfix.feed(lines)
                == [.begin(1, .plain, service: "smtp", remote: "192.0.2.7", Self.secret, ["secured"], replacing: nil)]
        )
        var exim = Trial(minorVersion: 0)
        #expect(
            exim.feed("AUTH\t1\tLOGIN\tservice=smtp\trip=192.0.2.7\tlip=192.0.2.25\tnologin\tresp=\n")
                == [.begin(1, .login, service: "smtp", remote: "192.0.2.7", .absent, [], replacing: nil)]
        )
    }
}
