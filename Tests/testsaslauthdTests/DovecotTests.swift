import Glibc
import Platform
import Testing

@testable import testsaslauthd

@Suite struct DovecotTests {
    private static let login = ["-u", "alice", "-p", "secret", "-s", "smtp"]
    private static let success = RunResult(output: "0: OK \"Success.\"\n", error: "", exitCode: 0)

    @Test(arguments: [false, true])
    func `PLAIN is sent in one line after the greeting, as Postfix does`(inPieces: Bool) throws {
        let server = try FakeDovecot(inPieces: inPieces)
        #expect(Probe.run(Self.login + ["--dovecot", server.path]) == Self.success)
        #expect(
            server.lines == [
                "VERSION\t1\t0", "CPID\t\(getpid())",
                "AUTH\t1\tPLAIN\tservice=smtp\tnologin\tresp=AGFsaWNlAHNlY3JldA==",
            ]
        )
    }

    @Test(arguments: [("PLAIN", "-r"), ("plain", "whole")])
    func `a realm is a part of the login, and an address has two parameters`(mechanism: String, way: String) throws {
        let server = try FakeDovecot()
        let login = way == "whole" ? ["-u", "alice@example.org"] : ["-u", "alice", "-r", "example.org"]
        let rest = ["-p", "x", "-a", "2001:db8::1;49152", "--mechanism", mechanism, "--dovecot", server.path]
        #expect(Probe.run(login + rest) == Self.success)
        #expect(
            server.lines.last == "AUTH\t1\tPLAIN\tservice=imap\tnologin\trip=2001:db8::1\trport=49152"
                + "\tresp=AGFsaWNlQGV4YW1wbGUub3JnAHg="
        )
    }

    @Test(arguments: [("secret", 0), ("wrong", 1)])
    func `LOGIN answers two challenges`(password: String, exitCode: CInt) throws {
        let server = try FakeDovecot(answer: FakeDovecot.login)
        let result = Probe.run(
            ["-u", "alice", "-p", password, "-s", "smtp", "--mechanism", "LOGIN", "--dovecot", server.path]
        )
        #expect(result.exitCode == exitCode)
        #expect(result.output == (exitCode == 0 ? Self.success.output : "0: NO \"authentication failed\"\n"))
        #expect(server.lines[2] == "AUTH\t1\tLOGIN\tservice=smtp\tnologin")
        #expect(server.lines[3] == "CONT\t1\tYWxpY2U=")
    }

    @Test func `a refusal is NO`() throws {
        let server = try FakeDovecot(answer: FakeDovecot.refuse)
        let result = Probe.run(Self.login + ["--dovecot", server.path])
        #expect(result == RunResult(output: "0: NO \"authentication failed\"\n", error: "", exitCode: 1))
    }

    @Test(
        arguments: [
            (FakeDovecot.close, "the connection was closed without an answer"),
            (FakeDovecot.unavailable, "temporary authentication failure"),
        ] as [(FakeDovecot.Answer, String)]
    )
    func `a close and a refusal for now are the temporary failure, in every mode`(
        answer: @escaping FakeDovecot.Answer,
        text: String
    ) throws {
        let error = "\(text)\nprobe: temporary failure, there was no verdict; see the server's log\n"
        let server = try FakeDovecot(answer: answer)
        let arguments = Self.login + ["--dovecot", server.path]
        #expect(Probe.run(arguments) == RunResult(output: "0: ", error: error, exitCode: 2))
        for use in ["each", "kept"] {
            let load = Probe.run(arguments + ["-R", "5", "--concurrency", "2", "--connection", use])
            #expect(load.output.contains("\nOK: 0, NO: 0, temporary failure: 5\n"))
            #expect(load.error == error)
            #expect(load.exitCode == 2)
        }
    }

    @Test(arguments: [
        ("VERSION\t2\t0\n", "the greeting has version 2 instead of 1"),
        ("220 mail.example.org ESMTP\r\n", "the greeting does not begin with VERSION"),
        ("VERSION\tx\n", "unexpected line \"VERSION\\tx\""),
        ("VERSION\t1\t1\nSPID\t7\n", "the greeting has no mechanism before SPID"),
        ("VERSION\t1\t1\nMECH\tPLAIN\nDONE\n", "the greeting has no SPID"),
        ("VERSION\t1\t1\nMECH\tLOGIN\nSPID\t7\nDONE\n", "PLAIN is not announced, but LOGIN"),
        ("VERSION\t1\t1\nOK\t1\n", "the answer does not fit the request"),
    ])
    func `a greeting that mail servers do not accept is reported`(greeting: String, text: String) throws {
        let server = try FakeDovecot(greeting: greeting)
        for load in [[], ["-R", "3", "--concurrency", "2", "--connection", "kept"]] {
            let result = Probe.run(Self.login + ["--dovecot", server.path] + load)
            #expect(result.error.hasPrefix("\(text)\n"), "\(result.error)")
            #expect(result.exitCode == 2)
        }
    }

    @Test(arguments: [
        "OK\t2\tuser=alice\n", "CONT\t1\tVXNlcm5hbWU6\n", "VERSION\t1\t2\n", "OK\n", "FAIL\tx\n", "CONT\t1\n",
    ])
    func `what is no answer to the request is a failure`(line: String) throws {
        let server = try FakeDovecot { $0[0] == "AUTH" ? line : "" }
        #expect(Probe.run(Self.login + ["--dovecot", server.path]).exitCode == 2)
    }

    @Test func `unknown words are skipped`() throws {
        let server = try FakeDovecot(greeting: FakeDovecot.greeting.replacing("CUID", with: "NEWS")) { words in
            words[0] == "AUTH" ? "NEWS\t1\r\nOK\t1\tuser=alice\r\n" : ""
        }
        #expect(Probe.run(Self.login + ["--dovecot", server.path]) == Self.success)
    }

    @Test func `a missing socket leads to the option of the daemon`() {
        let result = Probe.run(Self.login + ["--dovecot", "/nonexistent/auth"])
        #expect(
            result.error == """
                connect() : No such file or directory
                probe: /nonexistent/auth does not exist: is saslauthd running, with --dovecot /nonexistent/auth?

                """
        )
        #expect(result.exitCode == 2)
    }

    @Test(arguments: [[], ["--ping"]])
    func `without a user the mechanisms are shown, and no login is made`(arguments: [String]) throws {
        let server = try FakeDovecot()
        let result = Probe.run(["--dovecot", server.path] + arguments)
        let line = "process 4294967295 answers on \(server.path), protocol 1.2: PLAIN LOGIN\n"
        #expect(result == RunResult(output: line, error: "", exitCode: 0))
        #expect(server.lines.allSatisfy { !$0.hasPrefix("AUTH") })
    }

    @Test func `the name of the process is shown where it can be seen`() throws {
        let server = try FakeDovecot(greeting: FakeDovecot.greeting.replacing("4294967295", with: "\(getpid())"))
        let result = Probe.run(["--dovecot", server.path])
        #expect(result.output.hasPrefix("process \(getpid()) (/"), "\(result.output)")
    }

    @Test func `a socket without a greeting is reported after the time`() throws {
        let server = try FakeDovecot(greeting: "VERSION\t1\t2\n")
        let result = Probe.run(["--dovecot", server.path, "--timeout", "1"])
        #expect(
            result.error == "probe: \(server.path): no greeting within 1 s; "
                + "another program listens there, such as saslauthd with -m, or the server hangs\n"
        )
        #expect(result.exitCode == 2)
    }

    @Test(arguments: [(1, 1), (100, 1), (7, 8), (1000, 8), (500, 64)])
    func `every login of a load is made once, on one connection or each on its own`(
        total: Int,
        concurrency: Int
    ) throws {
        for use in ["kept", "each"] {
            let server = try FakeDovecot()
            let result = Probe.run(
                Self.login + [
                    "--dovecot", server.path, "-R", "\(total)", "--concurrency", "\(concurrency)", "--connection", use,
                ]
            )
            #expect(result.output.hasPrefix("requests: \(total), \(concurrency) at a time, in "))
            #expect(result.output.contains("\nOK: \(total), NO: 0, temporary failure: 0\n"))
            #expect(result.exitCode == 0)
            #expect(server.connections == (use == "kept" ? 1 : total))
            #expect(server.lines.count { $0.hasPrefix("AUTH") } == total)
        }
    }

    @Test func `a closed connection is replaced, and what was in flight on it has failed`() throws {
        let server = try FakeDovecot { words in
            switch words[0] {
            case "AUTH": words[1] == "5" ? nil : "OK\t\(words[1])\tuser=alice\n"
            default: ""
            }
        }
        let result = Probe.run(
            Self.login + ["--dovecot", server.path, "-R", "14", "--concurrency", "1", "--connection", "kept"]
        )
        #expect(result.output.contains("\nOK: 12, NO: 0, temporary failure: 2\n"), "\(result.output)")
        #expect(server.connections == 3)
    }

    @Test(arguments: [
        (["-f", "/mux"], "--dovecot excludes -f"),
        (
            ["--mechanism", "NTLM"],
            "--mechanism must be PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1 or SCRAM-SHA-256"
        ),
        (["--connection", "kept"], "--connection requires --dovecot and --concurrency"),
        (["--connection", "none", "--concurrency", "2"], "--connection must be each or kept"),
        (
            ["--connection", "kept", "--concurrency", "33", "--mechanism", "LOGIN"],
            "--connection kept requires --concurrency 32 or less, except with PLAIN"
        ),
        (["--timeout", "2"], "--timeout requires --ping"),
    ])
    func `wrong usage is reported, and nothing is sent`(arguments: [String], line: String) {
        let result = Probe.run(Self.login + ["--dovecot", "/nonexistent"] + arguments)
        #expect(result == RunResult(output: "", error: "probe: \(line)\n\(ProbeTests.usage)", exitCode: 64))
    }

    @Test func `the mux has neither mechanisms nor kept connections`() {
        for arguments in [["--mechanism", "PLAIN"], ["--connection", "kept", "--concurrency", "2"]] {
            #expect(Probe.run(Self.login + ["-f", "/nonexistent"] + arguments).exitCode == 64)
        }
    }

    @Test func `a line that no server reads is refused before connecting`() {
        let long = String(repeating: "x", count: 12_300)
        let result = Probe.run(["-u", "alice", "-p", long, "--dovecot", "/nonexistent"])
        #expect(result == RunResult(output: "", error: "probe: the request exceeds 16384 bytes\n", exitCode: 64))
    }
}
