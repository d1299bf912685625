import Authentication
import Digests
import Testing

@testable import testsaslauthd

/// Logins with mechanisms whose password is not sent, over Dovecot's protocol.
@Suite struct DovecotMechanismTests {
    private static let success = RunResult(output: "0: OK \"Success.\"\n", error: "", exitCode: 0)
    private static let refusal = RunResult(output: "0: NO \"authentication failed\"\n", error: "", exitCode: 1)
    private static let challenges = SASLMechanism.allCases.filter(\.isChallenge)
    private static let scram = SASLMechanism.allCases.filter(\.hasParameters)

    private func server(_ password: String, _ manner: FakeExchanges.Manner = .checks) throws -> FakeDovecot {
        let exchanges = FakeExchanges(password: password, manner)
        return try FakeDovecot(greeting: FakeExchanges.greeting) { exchanges.answer($0) }
    }

    private func words(_ mechanism: SASLMechanism, _ server: FakeDovecot) -> [String] {
        ["-u", "alice", "-r", "example.org", "-p", "secret", "--mechanism", mechanism.name, "--dovecot", server.path]
    }

    @Test(arguments: SASLMechanism.allCases)
    func `every mechanism logs in, and a wrong password is refused`(mechanism: SASLMechanism) throws {
        let (right, other) = (try server("secret"), try server("Secret"))
        #expect(Probe.run(words(mechanism, right)) == Self.success)
        #expect(Probe.run(words(mechanism, other)) == Self.refusal)
        #expect(right.lines[2].hasPrefix("AUTH\t1\t\(mechanism.name)\tservice=imap\tnologin"))
    }

    @Test(arguments: challenges)
    func `the password is not sent, and no message twice`(mechanism: SASLMechanism) throws {
        let server = try server("secret")
        for _ in 0..<2 { #expect(Probe.run(words(mechanism, server)) == Self.success) }
        #expect(server.lines.allSatisfy { !$0.contains("c2VjcmV0") && !$0.contains("NlY3JldA") })
        let first = server.lines.filter { $0.hasPrefix("AUTH") }
        #expect(Set(first).count == (mechanism.hasParameters ? 2 : 1))
    }

    @Test(
        arguments: scram,
        [
            (FakeExchanges.Manner.signsWithZeros, "the server did not prove that it knows the password"),
            (.signsNothing, "the server did not prove that it knows the password"),
            (.complains, "the server did not prove that it knows the password"),
        ]
    )
    func `a server that does not prove itself is a failure, in every mode`(
        mechanism: SASLMechanism,
        fault: (manner: FakeExchanges.Manner, text: String)
    ) throws {
        let server = try server("secret", fault.manner)
        let result = Probe.run(words(mechanism, server))
        let hint = "the password that the server knows is another one, or another program listens there"
        #expect(result == RunResult(output: "0: ", error: "\(fault.text)\nprobe: \(hint)\n", exitCode: 2))
        for use in ["each", "kept"] {
            let load = Probe.run(words(mechanism, server) + ["-R", "5", "--concurrency", "2", "--connection", use])
            #expect(load.output.contains("\nOK: 0, NO: 0, temporary failure: 5\n"), "\(use): \(load)")
            #expect(load.error == result.error)
            #expect(load.exitCode == 2)
        }
    }

    @Test(arguments: challenges + [.login])
    func `a server that accepts without asking is a failure`(mechanism: SASLMechanism) throws {
        let server = try FakeDovecot(greeting: FakeExchanges.greeting)
        let result = Probe.run(words(mechanism, server))
        #expect(
            result.error == """
                the server accepts the login without its password
                probe: do not use this server: it accepts any password

                """
        )
        #expect(result.exitCode == 2)
    }

    @Test(arguments: [
        ("r=x,s=QQ==,i=4096", "the nonce of the challenge does not extend the client's\n"),
        ("x", "malformed challenge\n"),
    ])
    func `a challenge that is none is a failure`(challenge: String, text: String) throws {
        let letters = String(
            decoding: [UInt8](copying: Secret(copying: Array(challenge.utf8).span).base64.span),
            as: UTF8.self
        )
        let server = try FakeDovecot(greeting: FakeExchanges.greeting) { words in
            words[0] == "AUTH" ? "CONT\t\(words[1])\t\(letters)\n" : ""
        }
        #expect(Probe.run(words(.scramSHA256, server)) == RunResult(output: "0: ", error: text, exitCode: 2))
    }

    @Test(arguments: SASLMechanism.allCases)
    func `every login of a load is made once, in every mode`(mechanism: SASLMechanism) throws {
        for (use, concurrency) in [("kept", 1), ("kept", 32), ("each", 1), ("each", 8)] {
            let server = try server("secret")
            let load = ["-R", "50", "--concurrency", "\(concurrency)", "--connection", use]
            let result = Probe.run(words(mechanism, server) + load)
            #expect(result.output.contains("\nOK: 50, NO: 0, temporary failure: 0\n"), "\(use): \(result)")
            #expect(result.exitCode == 0)
            #expect(server.connections == (use == "kept" ? 1 : 50))
            #expect(server.lines.count { $0.hasPrefix("AUTH") } == 50)
            // With version 0, as that of mail servers, a new exchange would end the one before it.
            let version = use == "kept" && mechanism != .plain ? "VERSION\t1\t1" : "VERSION\t1\t0"
            #expect(server.lines.first == version)
        }
    }

    @Test func `a mechanism that is not announced is not tried`() throws {
        let server = try FakeDovecot()
        let result = Probe.run(words(.scramSHA256, server))
        #expect(result.error.hasPrefix("SCRAM-SHA-256 is not announced, but PLAIN LOGIN\n"))
        #expect(result.exitCode == 2)
        #expect(server.lines.allSatisfy { !$0.hasPrefix("AUTH") })
    }
}
