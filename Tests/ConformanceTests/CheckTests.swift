import Foundation
import TestSupport
import Testing

/// Option `--check`, which asks a mechanism about one login without a daemon.
@Suite struct CheckTests {
    private func check(_ login: String, _ password: String, _ arguments: String...) throws -> Command.Result {
        try Command(Programs.path("saslauthd"), ["-a", "scripted", "--check", login] + arguments).run(
            input: password + "\n"
        )
    }

    @Test(
        arguments: [
            ("alice", "secret", "yes: login and password belong together\n", 0),
            ("alice", "other", "no: the password is wrong\n", 1),
            ("expired", "secret", "no: the password is right, and has expired\n", 1),
            ("unavailable", "secret", "nothing was found out: it was told so\n", 2),
            ("crash", "secret", "nothing was found out: the mechanism's program ended without an answer\n", 2),
            (
                "nonsense", "secret",
                "nothing was found out: the mechanism's program sent frame of unknown kind 99\n", 2
            ),
            ("detail", "secret", "no: only on Sundays\n", 1),
            ("down", "secret", "nothing was found out: it reaches nobody\n", 2),
            ("log", "secret", "  a line\\nof two\nyes: login and password belong together\n", 0),
        ] as [(String, String, String, Int32)]
    )
    func `what the mechanism found is told, and is the exit code`(
        login: String,
        password: String,
        output: String,
        status: Int32
    ) throws {
        let result = try check(login, password)
        #expect(result.output == output)
        #expect(result.complaints == "")
        #expect(result.status == status)
    }

    @Test func `a mechanism that hangs is given up after its time`() throws {
        let result = try check("hang", "secret", "--timeout", "1")
        #expect(result.output == "nothing was found out: no answer after 1 seconds (--timeout)\n")
        #expect(result.status == 2)
    }

    @Test func `a mechanism that cannot be used says why`() throws {
        let result = try check("alice", "secret", "-O", "unusable")
        #expect(result.output == "nothing was found out: the mechanism cannot be used: it was told so\n")
        #expect(result.status == 2)
    }

    @Test func `the login is split as libsasl2 splits it, and joined with -r`() throws {
        let split = try check("echo@a@example.org", "secret", "--check-service", "imap")
        #expect(split.output.hasPrefix("  login=echo@a service=imap realm=example.org remote=\n"))
        let joined = try check("echo@a@example.org", "secret", "-r")
        #expect(joined.output.hasPrefix("  login=echo@a@example.org service=smtp realm=example.org remote=\n"))
    }

    @Test func `without a password nothing is asked`() throws {
        let result = try check("alice", "")
        #expect(result.output == "nothing was found out: the password is empty\n")
        #expect(result.status == 2)
    }
}
