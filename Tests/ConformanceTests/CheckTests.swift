import Foundation
import TestSupport
import Testing

/// Option `--check`, which asks a mechanism about one login without a daemon.
@Suite struct CheckTests {
    private static let head = "login: LOGIN\nrealm: (none)\nservice: smtp\nmechanism: scripted\n"
    private static let ok = "the client would get: OK (exit status 0)\n"
    private static let no = "the client would get: NO (exit status 1)\n"
    private static let temporary = "the client would get: a temporary failure (exit status 2)\n"

    private func check(_ login: String, _ password: String, _ arguments: String...) throws -> Command.Result {
        try Command(Programs.path("saslauthd"), ["-a", "scripted", "--check", login] + arguments).run(
            input: password + "\n"
        )
    }

    @Test(
        arguments: [
            ("alice", "secret", "  verdict: accepted\n" + ok, 0),
            ("alice", "other", "  verdict: refused: wrong password\n" + no, 1),
            ("expired", "secret", "  verdict: refused: the password has expired\n" + no, 1),
            ("unavailable", "secret", "  no verdict: it was told so\n" + temporary, 2),
            ("crash", "secret", "  no verdict: the mechanism's program exited without a reply\n" + temporary, 2),
            (
                "nonsense", "secret",
                "  no verdict: the mechanism's program sent frame of unknown kind 99\n" + temporary, 2
            ),
            ("detail", "secret", "  verdict: refused: only on Sundays\n" + no, 1),
            ("down", "secret", "  no verdict: it reaches nobody\n" + temporary, 2),
            ("log", "secret", "  warning: a line\\nof two\n  verdict: accepted\n" + ok, 0),
            ("advice", "secret", "  verdict: refused: [brackets] and \\x1b\nto do: come back on Sunday\n" + no, 1),
        ] as [(String, String, String, Int32)]
    )
    func `what happened is printed, the reply comes last, and the exit status goes with it`(
        login: String,
        password: String,
        output: String,
        status: Int32
    ) throws {
        let result = try check(login, password)
        #expect(result.output == Self.head.replacing("LOGIN", with: login) + output)
        #expect(result.complaints == "")
        #expect(result.status == status)
    }

    @Test func `a mechanism that hangs is given up after its time`() throws {
        let result = try check("hang", "secret", "--timeout", "1")
        #expect(result.output.hasSuffix("  no verdict: no reply within 1 s (--timeout)\n" + Self.temporary))
        #expect(result.status == 2)
    }

    @Test func `a mechanism that cannot be used says why, and a daemon that would not start is no refusal`() throws {
        let unusable = try check("alice", "secret", "-O", "unusable")
        #expect(
            unusable.output.hasSuffix("  no verdict: the mechanism cannot be used: it was told so\n" + Self.temporary)
        )
        #expect(unusable.status == 2)
        let missing = try check("alice", "secret", "-a", "nonesuch")
        #expect(missing.output == Self.temporary && missing.status == 2, "\(missing)")
        #expect(missing.complaints.contains("unknown authentication mechanism: nonesuch"))
        #expect(missing.complaints.contains("Installed mechanisms: "))
    }

    @Test func `the reply is NO where --unavailable says so, and the exit status is that of no verdict`() throws {
        let result = try check("down", "secret", "--unavailable", "no")
        #expect(result.output.hasSuffix("\nthe client would get: NO, because of --unavailable no (exit status 2)\n"))
        #expect(result.status == 2)
    }

    @Test func `the login is split as libsasl2 splits it, and joined with -r`() throws {
        let split = try check("echo@a@example.org", "secret", "--check-service", "imap")
        #expect(
            split.output.hasPrefix(
                "login: echo@a\nrealm: example.org\nservice: imap\nmechanism: scripted\n"
                    + "  warning: login=echo@a service=imap realm=example.org remote=\n"
            ),
            "\(split)"
        )
        let joined = try check("echo@a@example.org", "secret", "-r")
        #expect(
            joined.output.hasPrefix(
                "login: echo@a@example.org (-r appended the realm)\nrealm: example.org\nservice: smtp\n"
            )
        )
        #expect(joined.output.contains("  warning: login=echo@a@example.org service=smtp realm=example.org remote=\n"))
    }

    @Test func `without a password or a login no mechanism is asked, and the client gets NO`() throws {
        for (login, password, field) in [("alice", "", "password"), ("@example.org", "secret", "login")] {
            let result = try check(login, password)
            #expect(result.output.hasSuffix("refused: the \(field) is empty\n" + Self.no), "\(result)")
            #expect(!result.output.contains("mechanism:"))
            #expect(result.status == 1)
        }
    }

    @Test func `a mechanism that is not for the request is named, and so is the lack of any`() throws {
        let result = try Command(Programs.path("saslauthd"), "-a", "scripted:service=imap", "--check", "alice").run(
            input: "secret\n"
        )
        #expect(
            result.output.hasSuffix(
                "mechanism: scripted:service=imap\n  not asked: it is for other realms or services\n"
                    + "refused: no mechanism is for this realm and service (-a)\n" + Self.no
            ),
            "\(result)"
        )
    }
}
