import Testing

@testable import testsaslauthd

@Suite struct LoadTests {
    private func load(_ server: FakeServer, total: Int, concurrency: Int, password: String = "b") -> RunResult {
        Probe.run(
            ["-u", "a", "-p", password, "-f", server.path, "-R", "\(total)", "--concurrency", "\(concurrency)"]
        )
    }

    @Test(arguments: [(1, 1), (100, 1), (1, 8), (7, 8), (1000, 8), (500, 64)])
    func `every request is sent once`(total: Int, concurrency: Int) throws {
        let server = try FakeServer(.judge(password: Array("b".utf8)))
        let result = load(server, total: total, concurrency: concurrency)
        #expect(result.output.hasPrefix("requests: \(total), \(concurrency) at a time, in "))
        #expect(result.output.contains("\nOK: \(total), NO: 0, temporary failure: 0\n"))
        #expect(result.exitCode == 0)
        #expect(server.requests.count == total)
        #expect(server.requests.allSatisfy { $0 == ["a", "b", "imap", ""].map { Array($0.utf8) } })
    }

    @Test func `one refusal makes the exit code 1`() throws {
        let server = try FakeServer(.judge(password: Array("b".utf8)))
        #expect(load(server, total: 20, concurrency: 4, password: "wrong").exitCode == 1)
    }

    @Test func `answers in pieces are assembled`() throws {
        let server = try FakeServer(.answerInPieces([0, 5] + Array("OK hi".utf8)))
        #expect(load(server, total: 50, concurrency: 8).exitCode == 0)
    }

    @Test func `no requests are no failure`() throws {
        let server = try FakeServer(.close)
        let result = load(server, total: -1, concurrency: 8)
        #expect(result.output.hasPrefix("requests: 0, 8 at a time"))
        #expect(result.exitCode == 0)
    }

    @Test(arguments: [1, 8])
    func `a missing daemon ends the run, however long it is`(concurrency: Int) {
        let result = Probe.run(
            ["-u", "a", "-p", "b", "-f", "/nonexistent/mux", "-R", "20000", "--concurrency", "\(concurrency)"]
        )
        #expect(result.output.contains("\nOK: 0, NO: 0, temporary failure: 20000\nanswers per second: 0\n"))
        #expect(
            result.error.hasPrefix("connect() : No such file or directory\nprobe: /nonexistent/mux does not exist: ")
        )
        #expect(result.exitCode == 2)
    }
}
