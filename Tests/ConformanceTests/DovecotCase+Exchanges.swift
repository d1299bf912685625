import TestSupport

/// `CONT`, `CANCEL`, and the messages of PLAIN and LOGIN.
extension DovecotCase {
    private static let emptyName = nameless("", "an empty login is nobody's name")
    private static let control = "clients do not undo escapes, and would take the login for another one"

    static let exchanges =
        [
            ("an empty authorization identity", "\0alice\0secret", accepted),
            ("the same authorization identity", "alice\0alice\0secret", accepted),
            (
                "another authorization identity", "bob\0alice\0secret",
                .differs(
                    ["FAIL\t1\tuser=alice"],
                    ours: ["FAIL\t1\tuser=alice\tauthz\tcode=authz_fail\treason=Authentication failed"],
                    "the code that is documented for it"
                )
            ),
            ("no zero byte", "alice", unnamed), ("one zero byte", "alice\0secret", unnamed),
            ("three zero bytes", "\0alice\0secret\0", unnamed),
            ("three zero bytes and text", "\0alice\0secret\0x", unnamed),
            ("an empty user", "\0\0x", emptyName), ("an empty password", "\0alice\0", refused),
            ("zero bytes alone", "\0\0", emptyName),
            ("a tab in the user", "\0al\tice\0x", nameless("al\u{1}tice", control)),
            ("a DEL in the user", "\0al\u{7F}ice\0x", nameless("al\u{7F}ice", control)),
            ("a line break in the password", "\0alice\0sec\nret", refused),
        ].map { (name: String, message: String, reply: Reply) in
            open("PLAIN with \(name)", (plain(1, "resp=" + base64(message)), reply))
        } + steps + failures

    private static let steps = [
        open("PLAIN in two steps", (bare, empty), ("CONT\t1\t\(good)\n", accepted)),
        open("PLAIN in two steps, refused", (bare, empty), ("CONT\t1\t\(wrong)\n", refused)),
        open("PLAIN with an empty message", (bare, empty), ("CONT\t1\t\n", unnamed)),
        open("LOGIN", (login + "\n", askName), (cont("alice"), askPassword), (cont("secret"), accepted)),
        open("LOGIN in lower case", ("AUTH\t1\tlogin\tservice=smtp\n", askName), (cont("alice"), askPassword)),
        open(
            "LOGIN with a wrong password",
            (login + "\n", askName),
            (cont("alice"), askPassword),
            (cont("x"), refused)
        ),
        open(
            "LOGIN of an unknown user",
            (login + "\n", askName),
            (cont("nobody"), askPassword),
            (cont("secret"), refusal(user: "nobody"))
        ),
        open(
            "LOGIN with the user at once",
            (login + "\tresp=" + base64("alice") + "\n", askPassword),
            (cont("secret"), accepted)
        ),
        open(
            "LOGIN with an empty response",
            (login + "\tresp==\n", askName),
            (cont("alice"), askPassword),
            (cont("secret"), accepted)
        ),
        open("LOGIN with an empty user", (login + "\n", askName), ("CONT\t1\t\n", emptyName)),
        open(
            "LOGIN with an empty password",
            (login + "\n", askName),
            (cont("alice"), askPassword),
            ("CONT\t1\t\n", refused)
        ),
        open("LOGIN with a zero byte in the user", (login + "\n", askName), (cont("ali\0ce"), unnamed)),
        open(
            "LOGIN with a zero byte in the password",
            (login + "\n", askName),
            (cont("alice"), askPassword),
            (cont("secret\0x"), refused)
        ),
        open(
            "LOGIN with a tab in the user",
            (login + "\n", askName),
            (cont("al\tice"), nameless("al\u{1}tice", control))
        ),
    ]

    private static let failures = [
        open("CONT that is not base64", (bare, empty), ("CONT\t1\t!!\n", invalid("continued"))),
        open("a name that is not base64", (login + "\n", askName), ("CONT\t1\t!!\n", invalid("continued"))),
        open(
            "a password that is not base64",
            (login + "\n", askName),
            (cont("alice"), askPassword),
            ("CONT\t1\t!!\n", invalid("continued"))
        ),
        open(
            "= in CONT",
            (bare, empty),
            (
                "CONT\t1\t=\n",
                .differs(invalid("continued").dovecot, ours: unnamed.ours, "Prosody writes = for an empty message")
            )
        ),
        open("a word after CONT's message", (bare, empty), ("CONT\t1\t\(good)\tx=y\n", invalid("continued"))),
        open("a tab after CONT's message", (bare, empty), ("CONT\t1\t\(good)\t\n", accepted)),
        open("an escape in CONT", (bare, empty), ("CONT\t1\t\(good.inserting("\u{1}t"))\n", invalid("continued"))),
        closed("CONT without a message", (bare, empty), ("CONT\t1\n", .same())),
        closed("CONT without an id", (bare, empty), ("CONT\n", .same())),
        closed("CONT with a letter as id", (bare, empty), ("CONT\tx\t\(good)\n", .same())),
        closedByOurs(
            "a zero byte in CONT",
            (bare, empty),
            (
                "CONT\t1\tAAAA\0zz\n",
                .differs(
                    ["FAIL\t1\tuser=\toriginal_user="],
                    ours: [],
                    "a zero byte cuts a C string: what follows would be dropped silently"
                )
            )
        ),
        open("CONT for an unknown id", ("CONT\t5\t\n", unknownRequest(5))),
        open("CONT for an unknown id that is not base64", ("CONT\t5\t!!\n", unknownRequest(5))),
        open("CONT for id 0", ("CONT\t0\t\(good)\n", unknownRequest(0))),
        open("CONT for an id with zeros", ("CONT\t007\t\(good)\n", unknownRequest(7))),
        open("CONT after the end", (auth, accepted), ("CONT\t1\t\(good)\n", unknownRequest(1))),
        open(
            "CONT before the answer",
            (
                plain(1, "resp=" + wrong) + "CONT\t1\t\n",
                .differs(
                    ["FAIL\t1\tuser=alice"] + unknownRequest(1).dovecot,
                    ours: ["FAIL\t1\treason=Unexpected continuation"],
                    "a request gets one answer"
                )
            )
        ),
    ]

    static let orders =
        [
            open("CANCEL", (bare, empty), ("CANCEL\t1\nCONT\t1\t\(good)\n", unknownRequest(1))),
            open("CANCEL, and the id again", (bare, empty), ("CANCEL\t1\n" + auth, accepted)),
            open("CANCEL for an unknown id", ("CANCEL\t9\n" + auth, accepted)),
            open("CANCEL for id 0", ("CANCEL\t0\n" + auth, accepted)),
            closed("CANCEL with a further word", ("CANCEL\t9\tx\n", .same())),
            closed("CANCEL with a letter as id", ("CANCEL\tx\n", .same())),
            closed("CANCEL without an id", ("CANCEL\n", .same())),
            open(
                "two exchanges at once",
                ("\(login)\n\(login.replacing("\t1\t", with: "\t2\t"))\n", askName + .same("CONT\t2\tVXNlcm5hbWU6")),
                ("CONT\t2\t\(base64("alice"))\n\(cont("nobody"))", .same("CONT\t2\tUGFzc3dvcmQ6") + askPassword),
                (
                    "\(cont("secret"))CONT\t2\t\(base64("secret"))\n",
                    refusal(user: "nobody") + .same("OK\t2\tuser=alice")
                )
            ),
            open("six requests at once", (many(6), verdicts(6))),
            open("300 requests at once", (many(300), verdicts(300))),
            open(
                "33 exchanges left behind",
                (
                    (1...33).map { "AUTH\t\($0)\tPLAIN\tservice=smtp\n" }.joined(),
                    .same() + Reply(dovecot: (1...33).map { "CONT\t\($0)\t" }, ours: (1...33).map { "CONT\t\($0)\t" })
                ),
                (
                    cont("\0alice\0secret"),
                    .differs(accepted.dovecot, ours: unknownRequest(1).ours, "32 of them on a connection is enough")
                )
            ),
            open(
                "an exchange left behind by a mail server",
                minor: 0,
                (bare, empty),
                ("AUTH\t2\tPLAIN\tservice=smtp\n", .same("CONT\t2\t")),
                (
                    cont("\0alice\0secret"),
                    .differs(
                        accepted.dovecot,
                        ours: unknownRequest(1).ours,
                        "mail servers have one at a time, and do not say when a mail user has gone"
                    )
                )
            ),
        ]

    private static func cont(_ text: String) -> String { "CONT\t1\t\(base64(text))\n" }

    /// Requests, every second one with a wrong password.
    private static func many(_ count: Int) -> String {
        (1...count).map { plain($0, "resp=" + ($0 % 2 == 0 ? wrong : good)) }.joined()
    }

    private static func verdicts(_ count: Int) -> Reply {
        (1...count).map { $0 % 2 == 0 ? refusal($0, user: "alice") : Reply.same("OK\t\($0)\tuser=alice") }
            .reduce(.same(), +)
    }
}
