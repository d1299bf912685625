import Testing

@testable import testsaslauthd

@Suite struct ProbeTests {
    static let usage = """
        probe: usage: probe -u username -p password
                      [-r realm] [-s servicename]
                      [-f socket path] [-R repeatnum]

        """

    @Test(arguments: [
        ([], ""),
        (["-p", "secret"], ""),
        (["-h"], "probe: invalid option -- 'h'\n"),
        (["-u", "alice", "-p"], "probe: option requires an argument -- 'p'\n"),
        (
            ["-u", "alice", "-p", "secret", "--concurrency", "0"],
            "probe: --concurrency must be a number from 1 to 65536\n"
        ),
    ])
    func `wrong usage says what is wrong, then the usage`(arguments: [String], line: String) {
        #expect(Probe.run(arguments) == RunResult(output: "", error: line + Self.usage, exitCode: 64))
    }

    @Test(arguments: [("-u", "user name"), ("-p", "password"), ("-s", "service"), ("-r", "realm"), ("-a", "address")])
    func `a field that is too long is refused before connecting`(option: String, name: String) {
        let long = String(repeating: "x", count: 65536)
        let result = Probe.run(["-u", "alice", "-p", "secret", "-f", "/nonexistent", option, long])
        #expect(result == RunResult(output: "", error: "probe: the \(name) exceeds 65535 bytes\n", exitCode: 64))
    }

    @Test func `four fields are sent, and the defaults are Cyrus's`() throws {
        let server = try FakeServer(.answer([0, 2] + Array("OK".utf8), fields: 4))
        let result = Probe.run(["-u", "alice@example.org", "-p", "secret", "-f", server.path])
        #expect(result == RunResult(output: "0: OK \"Success.\"\n", error: "", exitCode: 0))
        #expect(server.requests == [["alice@example.org", "secret", "imap", ""].map { Array($0.utf8) }])
    }

    @Test(arguments: ["192.0.2.1;49152", ""])
    func `an address is a fifth field`(address: String) throws {
        let server = try FakeServer(.answer([0, 2] + Array("NO".utf8), fields: 5))
        let result = Probe.run(
            ["-u", "a", "-p", "b", "-r", "example.org", "-s", "smtp", "--address", address, "-f", server.path]
        )
        #expect(result == RunResult(output: "0: NO \"authentication failed\"\n", error: "", exitCode: 1))
        #expect(server.requests == [["a", "b", "smtp", "example.org", address].map { Array($0.utf8) }])
    }

    @Test func `a field has 65535 bytes and comes through whole`() throws {
        let long = [UInt8](repeating: 0x78, count: 65535)
        let server = try FakeServer(.judge(password: long))
        let text = String(decoding: long, as: UTF8.self)
        for load in [[], ["--concurrency", "2"]] {
            let result = Probe.run(["-u", text, "-p", text, "-s", text, "-r", text, "-f", server.path] + load)
            #expect(result.exitCode == 0)
        }
    }

    @Test(arguments: [
        (FakeServer.Manner.close, "size read failed\n"),
        (.answer([0], fields: 4), "size read failed\n"),
        (.answer([0, 0], fields: 4), "bad response from saslauthd\n"),
        (.answer([0, 1, 0x4F], fields: 4), "bad response from saslauthd\n"),
        (.answer([0, 9] + Array("OK".utf8), fields: 4), "read failed\n"),
    ])
    func `without an answer the text is Cyrus's and the exit code 2, in both modes`(
        manner: FakeServer.Manner,
        line: String
    )
        throws
    {
        let server = try FakeServer(manner)
        let result = Probe.run(["-u", "a", "-p", "b", "-f", server.path])
        #expect(result.output == "0: ")
        #expect(result.error.hasPrefix(line))
        #expect(result.exitCode == 2)

        let load = Probe.run(["-u", "a", "-p", "b", "-f", server.path, "-R", "3", "--concurrency", "2"])
        #expect(load.output.contains("\nOK: 0, NO: 0, temporary failure: 3\n"))
        #expect(load.error == result.error)
        #expect(load.exitCode == 2)
    }

    @Test func `each repetition prints a line, each hint is printed once`() throws {
        let server = try FakeServer(.answerInPieces([0, 5] + Array("OK hi".utf8)))
        let result = Probe.run(["-u", "a", "-p", "b", "-f", server.path, "-R", "3"])
        #expect(result.output == "0: OK \"Success.\"\n1: OK \"Success.\"\n2: OK \"Success.\"\n")

        let missing = Probe.run(["-u", "a", "-p", "b", "-f", "/nonexistent/mux", "-R", "2"])
        #expect(
            missing.error == """
                connect() : No such file or directory
                connect() : No such file or directory
                probe: /nonexistent/mux does not exist: is saslauthd running, with -m /nonexistent?

                """
        )
        #expect(Probe.run(["-u", "a", "-p", "b", "-R", "-1"]) == RunResult(output: "", error: "", exitCode: 0))
    }
}
