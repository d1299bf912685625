import Glibc
import Platform
import Testing

@testable import testsaslauthd

@Suite struct PingTests {
    private static let answer = Array("NO NULL login received".utf8)

    @Test func `four empty fields are sent, and saslauthd's answer to them means alive`() throws {
        let server = try FakeServer(.answer([0, UInt8(Self.answer.count)] + Self.answer, fields: 4))
        let result = Probe.run(["--ping", "-f", server.path])
        #expect(result == RunResult(output: "saslauthd answers on \(server.path)\n", error: "", exitCode: 0))
        #expect(server.requests == [[[], [], [], []]])
    }

    @Test func `the answer may come in pieces`() throws {
        let server = try FakeServer(.answerInPieces([0, UInt8(Self.answer.count)] + Self.answer))
        #expect(Probe.run(["--ping", "-f", server.path]).exitCode == 0)
    }

    @Test(arguments: [
        (FakeServer.Manner.close, "size read failed; the connection was closed without an answer"),
        (.answer([0, 9] + Array("NO".utf8), fields: 4), "read failed; see saslauthd's log"),
        (.answer([0, 0], fields: 4), "unexpected answer \"\"; not an answer of saslauthd"),
        (.answer([0, 2] + Array("OK".utf8), fields: 4), "unexpected answer \"OK\"; not an answer of saslauthd"),
        (.answer(Array("220 mail.example.org ESMTP\r\n".utf8), fields: 4), "read failed; see saslauthd's log"),
    ])
    func `any other answer is reported with the socket and a hint`(manner: FakeServer.Manner, words: String) throws {
        let server = try FakeServer(manner)
        let result = Probe.run(["--ping", "-f", server.path])
        #expect(result.output == "")
        #expect(result.error.hasPrefix("probe: \(server.path): \(words)"), "\(result.error)")
        #expect(result.exitCode == 2)
    }

    @Test func `a missing socket is reported with a hint`() {
        #expect(
            Probe.run(["-f", "/nonexistent/mux", "--ping"])
                == RunResult(
                    output: "",
                    error: """
                        probe: /nonexistent/mux: connect() : No such file or directory; \
                        /nonexistent/mux does not exist: is saslauthd running, with -m /nonexistent?

                        """,
                    exitCode: 2
                )
        )
    }

    @Test func `a listener that does not answer times out, with room in the backlog and without`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/mux"
        let listener = try UnixSocket.listen(at: path)
        listen(listener.rawValue, 0)
        let hint = "; saslauthd hangs or is overloaded; see its log, then restart it\n"
        for words in ["no answer within 1 s", "no connection within 1 s"] {
            let result = Probe.run(["--ping", "--timeout", "1", "-f", path])
            #expect(result == RunResult(output: "", error: "probe: \(path): \(words)\(hint)", exitCode: 2))
        }
    }

    @Test(arguments: [
        (["--ping", "-u", "alice"], "--ping excludes -u"),
        (["-u", "alice", "-p", "x", "--timeout", "1"], "--timeout requires --ping"),
        (["--ping", "--timeout", "0"], "--timeout must be a number of seconds from 1 to 3600"),
        (["--ping", "--timeout", "3601"], "--timeout must be a number of seconds from 1 to 3600"),
    ])
    func `wrong usage is reported, and nothing is sent`(arguments: [String], line: String) {
        let result = Probe.run(arguments)
        #expect(result == RunResult(output: "", error: "probe: \(line)\n\(ProbeTests.usage)", exitCode: 64))
    }
}
