import Foundation
import TestSupport
import Testing

/// Option `--max-connections`: what accounts leave for each other.
@Suite(.enabled(if: geteuid() == 0, "to be another account takes root"))
struct FairShareTests {
    /// testsaslauthd, as the account nobody.
    private func asNobody(_ daemon: Daemon) throws -> Process {
        let rights = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        let ask = [Programs.path("testsaslauthd"), "-u", "alice", "-p", "secret", "-f", daemon.socket]
        let process = try Command("/usr/bin/setpriv", rights + ask).process()
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test func `an account whose requests take all places leaves the next ones to another that waits`() throws {
        let daemon = try Daemon.scripted("--max-connections", "8", "-n", "16", "--timeout", "10")
        // All places, and all that one account may have waiting.
        let hanging = try (0..<12).map { _ in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request("hang", "secret", "", ""))
            return client
        }
        let other = try asNobody(daemon)
        // Of those that wait some get a place when the first ones are given up; the other account's is before them.
        other.waitUntilExit()
        #expect(other.terminationStatus == 0)
        #expect(try hanging[10].answer(milliseconds: 0) == .silence, "these had been there before")
        #expect(try hanging[11].firstRead() == [0, 0], "no more may wait, of all accounts together")
        for client in hanging[..<8] { #expect(try client.answer() == .text("")) }
    }

    @Test func `who has all places and half of them again waiting is closed, and told of once`() throws {
        let daemon = try Daemon.scripted("--max-connections", "8", "-n", "16")
        let clients = try (0..<20).map { _ in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request("hang", "secret", "", ""))
            return client
        }
        #expect(daemon.wait { daemon.log.contains("has used up its share of connections") })
        #expect(daemon.log.components(separatedBy: "has used up its share of connections").count == 2)
        #expect(try clients.last?.firstRead() == [0, 0], "it is told to come later")
        #expect(try clients[0].answer(milliseconds: 0) == .silence)
    }

    @Test func `one account's silent clients make room for another's, and not the other way round`() throws {
        let daemon = try Daemon.scripted("--max-connections", "8")
        let silent = try (0..<8).map { _ in try MuxClient(daemon.socket) }
        for _ in 0..<4 {
            let other = try asNobody(daemon)
            other.waitUntilExit()
            #expect(other.terminationStatus == 0)
        }
        #expect(try silent[0].answer() == .nothing)
        #expect(try silent[7].answer(milliseconds: 0) == .silence)
    }
}
