import TestSupport

/// Greetings and `AUTH`.
extension DovecotCase {
    static let all = greetings + pieces + logins + requests + responses + words + lines + exchanges + orders

    private static let greetings =
        [0, 1, 2, 3, 9, 4_294_967_295].map { greeting("minor version \($0)", greeting($0), isAccepted: true) }
        + [
            ("VERSION\t01\t1\nCPID\t1\n", "leading zeros"), ("VERSION\t1\t1\nCPID\t007\n", "leading zeros of CPID"),
            ("VERSION\t1\t2\nCPID\t4294967295\n", "the largest CPID"),
        ].map { greeting($0.1, $0.0, isAccepted: true) }
        + [
            ("VERSION\t2\t0\nCPID\t1\n", "major version 2"), ("VERSION\t1\nCPID\t1\n", "no minor version"),
            ("VERSION\nCPID\t1\n", "no version"), ("VERSION\t1\t2\t3\nCPID\t1\n", "three numbers"),
            ("VERSION\t1\t+1\nCPID\t1\n", "a sign before the version"),
            ("VERSION\t1\t4294967296\nCPID\t1\n", "a version that is too large"),
            ("VERSION\tx\ty\nCPID\t1\n", "a version that is no number"),
            ("version\t1\t2\nCPID\t1\n", "a version in lower case"), ("CPID\t1\nVERSION\t1\t2\n", "CPID first"),
            ("VERSION\t1\t2\nVERSION\t1\t2\nCPID\t1\n", "VERSION twice"),
            ("VERSION\t1\t2\nCPID\t0\n", "CPID 0"), ("VERSION\t1\t2\nCPID\tx\n", "CPID x"),
            ("VERSION\t1\t2\nCPID\t99999999999\n", "a CPID that is too large"),
            ("VERSION\t1\t2\nCPID\n", "CPID without a number"),
            ("VERSION\t1\t2\nCPID\t1\tx\n", "CPID with a word behind it"), ("VERSION\t1\t2\n", "AUTH before CPID"),
            ("", "AUTH first"), ("VERSION\t1\t2\n\nCPID\t1\n", "an empty line in the greeting"),
            (greeting(2) + "VERSION\t1\t2\n", "VERSION after CPID"),
        ].map { greeting($0.1, $0.0, isAccepted: false) }

    private static let pieces = [
        open("all in one packet", (auth, accepted)),
        DovecotCase(
            description: "byte by byte",
            pieces: (greeting(2) + auth).utf8.map { [$0] },
            dovecot: Course(
                lines: Array(repeating: [], count: (greeting(2) + auth).utf8.count - 1) + [["OK\t1\tuser=alice"]]
            ),
            difference: nil
        ),
        greeting("CR LF", "VERSION\t1\t0\r\nCPID\t1\r\n", isAccepted: true),
        open("CR LF after AUTH", (plain(1, "resp=\(good)\r"), accepted)),
        open("two CRs", (plain(1, "resp=\(good)\r\r"), accepted)),
    ]

    private static let logins = [
        open("the right password", (auth, accepted)),
        open("a wrong password", (plain(1, "resp=" + wrong), refused)),
        open(
            "an unknown user",
            (plain(1, "resp=" + DovecotClient.plain("nobody", "secret")), refusal(user: "nobody"))
        ),
        open(
            "a user with a domain",
            (plain(1, "resp=" + DovecotClient.plain("bob@example.org", "secret")), .same("OK\t1\tuser=bob@example.org"))
        ),
        open(
            "a user with a blank",
            (
                plain(1, "resp=" + DovecotClient.plain("anne marie", "secret")),
                .differs(
                    ["FAIL\t1\tuser=anne marie\toriginal_user=anne marie"],
                    ours: ["OK\t1\tuser=anne marie"],
                    "Dovecot's auth_username_chars has no blank; saslauthd takes logins with blanks"
                )
            )
        ),
        open(
            "a user in capitals",
            (
                plain(1, "resp=" + DovecotClient.plain("ALICE", "secret")),
                .differs(
                    ["OK\t1\tuser=alice\toriginal_user=ALICE"],
                    ours: ["FAIL\t1\tuser=ALICE\treason=Authentication failed"],
                    "logins are those of saslauthd, which does not fold them to lower case"
                )
            )
        ),
    ]

    private static let requests = [
        open("a mechanism in lower case", ("AUTH\t1\tplain\tservice=smtp\tresp=\(good)\n", accepted)),
        closed("an unknown mechanism", ("AUTH\t1\tNTLM\tservice=smtp\n", .same())),
        closed("a mechanism that was not announced", ("AUTH\t1\tCRAM-MD5\tservice=smtp\n", .same())),
        closed("a mechanism with an escape", ("AUTH\t1\tpl\u{1}0ain\tservice=smtp\tresp=\(good)\n", .same())),
        closed("no mechanism", ("AUTH\t1\n", .same())),
        closed("an empty mechanism", ("AUTH\t1\t\tservice=smtp\n", .same())),
        closed("no id", ("AUTH\n", .same())),
        closed("an empty id", ("AUTH\t\n", .same())),
        open(
            "an id with zeros",
            (plain(1, "resp=" + good).replacing("\t1\t", with: "\t007\t"), .same("OK\t7\tuser=alice"))
        ),
        open("the largest id", (plain(4_294_967_295, "resp=" + good), .same("OK\t4294967295\tuser=alice"))),
        closed("id 0", (plain(0, "resp=" + good), .same())),
        closed("a letter as id", (plain(1, "resp=" + good).replacing("\t1\t", with: "\tx\t"), .same())),
        closed("a sign before the id", (plain(1, "resp=" + good).replacing("\t1\t", with: "\t+1\t"), .same())),
        closed("an id that is too large", (plain(4_294_967_296, "resp=" + good), .same())),
        closed("an id in use", (bare, empty), (auth, .same())),
        open("an id again", (auth, accepted), (plain(1, "resp=" + wrong), refused), (auth, accepted)),
        make(
            "an id again before the answer",
            greeting(2),
            [
                (
                    plain(1, "resp=" + wrong) + auth,
                    .differs(
                        ["FAIL\t1\tuser=alice", "OK\t1\tuser=alice"],
                        ours: [],
                        "an id is in use until its answer; Dovecot's answers cannot be told apart"
                    )
                )
            ],
            isClosed: (false, true)
        ),
        closed("no service", ("AUTH\t1\tPLAIN\tresp=\(good)\n", .same())),
        closedByDovecot(
            "protocol instead of service",
            (
                "AUTH\t1\tPLAIN\tprotocol=smtp\tresp=\(good)\n",
                .differs([], ours: ["OK\t1\tuser=alice"], "clients of Dovecot 2.4 say protocol for service")
            )
        ),
        open("an empty service", ("AUTH\t1\tPLAIN\tservice=\tresp=\(good)\n", accepted)),
        open("service without a value", ("AUTH\t1\tPLAIN\tservice\tresp=\(good)\n", accepted)),
        open("service with a mark in its name", ("AUTH\t1\tPLAIN\tservic\u{1}e=x\tresp=\(good)\n", accepted)),
    ]

    private static let responses =
        [0, 1].map { open("an empty response of minor version \($0)", minor: $0, (plain(1, "resp="), empty)) }
        + [2, 3].map { open("an empty response of minor version \($0)", minor: $0, (plain(1, "resp="), unnamed)) }
        + [0, 2].map { open("= as response of minor version \($0)", minor: $0, (plain(1, "resp=="), unnamed)) }
        + [0, 2].map { open("a blank as response of minor version \($0)", minor: $0, (plain(1, "resp= "), unnamed)) }
        + [
            open("no response", (bare, empty)),
            open("resp without a value", (plain(1, "resp"), unnamed)),
            open("resp with an escape in its name", (plain(1, "re\u{1}0sp=\(good)"), empty)),
            closed("a word after the response", (plain(1, "resp=\(good)\tx=y"), .same())),
            closed("an empty word after the response", (plain(1, "resp=\(good)\t"), .same())),
            closed("two responses", (plain(1, "resp=\(good)\tresp=\(good)"), .same())),
            open("= and a blank as response", (plain(1, "resp== "), invalid("initial"))),
            open("== as response", (plain(1, "resp==="), invalid("initial"))),
            open("a response without padding", (plain(1, "resp=" + good.replacing("=", with: "")), invalid("initial"))),
            open("a letter too many", (plain(1, "resp=" + base64("\0alice\0secre") + "x"), invalid("initial"))),
            open("a response that is not base64", (plain(1, "resp=" + "!" + good.dropFirst()), invalid("initial"))),
            open("a vertical tab", (plain(1, "resp=" + good.inserting("\u{B}")), invalid("initial"))),
            open("a blank in the response", (plain(1, "resp=" + good.inserting(" ")), accepted)),
            open("a blank before the response", (plain(1, "resp= " + good), accepted)),
            open("a blank after the response", (plain(1, "resp=\(good) "), accepted)),
            open("a blank in the padding", (plain(1, "resp=" + good.replacing("==", with: "= =")), accepted)),
            open("a CR in the response", (plain(1, "resp=" + good.inserting("\r")), accepted)),
            open("an escaped tab in the response", (plain(1, "resp=" + good.inserting("\u{1}t")), accepted)),
            open("an escaped CR in the response", (plain(1, "resp=" + good.inserting("\u{1}r")), accepted)),
            open("an escaped LF in the response", (plain(1, "resp=" + good.inserting("\u{1}n")), accepted)),
            open("other bits after the last letter", (plain(1, "resp=AGFsaWNlAHNlY3JldB=="), accepted)),
        ]

    private static let words =
        [
            "rip=192.0.2.1", "rip=", "rip=nonsense", "rip=2001:db8::1", "rip=::ffff:192.0.2.1",
            "rip=192.0.2.1\trport=x",
            "rip=192.0.2.1\trport=99999", "rip=192.0.2.1\trport=1\tlip=\tlport=", "rip", "rport=5", "lip=x",
            "secured", "secured=tls", "nologin", "no-penalty", "valid-client-cert", "cert_username=x", "final-resp-ok",
            "session=a\u{1}tb", "debug", "unknown", "unknown=1", "", "=", "=x", "a\u{1}q=b", "x\u{1}",
        ].map { open("the word \($0)", (plain(1, "\($0)\tresp=\(good)"), accepted)) }

    private static let lines = [
        closed("an empty line", ("\n", .same())),
        closed("an unknown command", ("NOOP\t1\n", .same())),
        closed("a command in lower case", ("auth\t1\tPLAIN\tservice=smtp\n", .same())),
        closed("a tab before the command", ("\tAUTH\t1\tPLAIN\tservice=smtp\n", .same())),
        closedByOurs(
            "a zero byte in AUTH",
            (
                plain(1, "\0x\tresp=\(good)"),
                .differs(["CONT\t1\t"], ours: [], "a zero byte cuts a C string: what follows would be dropped silently")
            )
        ),
        open("a line of 16,384 bytes", ("", .same()), (line(16_384), accepted)),
        closedByDovecot(
            "a line of 16,385 bytes",
            (auth, accepted),
            (
                line(16_385),
                .differs(
                    [],
                    ours: ["FAIL\t1\treason=Authentication request is too long"],
                    "one mail user's long response is no failure of others on the connection"
                )
            )
        ),
        closedByDovecot(
            "a line of 100,000 bytes",
            (auth, accepted),
            (
                line(100_000),
                .differs([], ours: ["FAIL\t1\treason=Authentication request is too long"], "as before")
            )
        ),
    ]

    /// A right login whose line has this many bytes, with the line break.
    private static func line(_ length: Int) -> String {
        plain(
            1,
            "x=" + String(repeating: "y", count: length - plain(1, "x=\tresp=\(good)").utf8.count) + "\tresp=\(good)"
        )
    }
}

extension String {
    /// With `text` after the fourth character.
    func inserting(_ text: String) -> String { "\(prefix(4))\(text)\(dropFirst(4))" }
}
