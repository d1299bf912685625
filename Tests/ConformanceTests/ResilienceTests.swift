import Foundation
import Platform
import TestSupport
import Testing

/// What no client, no worker and no signal may do: be the reason that others get no answer.
@Suite struct ResilienceTests {
    @Test func `clients that say nothing do not keep others waiting`() throws {
        // As many descriptors as the clients of this test need.
        try #require(DescriptorLimit.raised() >= 2048)
        let daemon = try Daemon.scripted()
        let idle = try (0..<1000).map { _ in try MuxClient(daemon.socket) }
        for _ in 0..<200 {
            #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        }
        #expect(try idle[999].answer(milliseconds: 0) == .silence, "it may still ask")
    }

    @Test func `above the limit the client goes that has been silent longest`() throws {
        let daemon = try Daemon.scripted("--max-connections", "8")
        var idle = try (0..<7).map { _ in try MuxClient(daemon.socket) }
        // When an eighth is answered the others are there, and later what the first has said was heard.
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        try idle[0].send([0])
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        idle.append(try MuxClient(daemon.socket))
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(try idle[1].answer() == .nothing, "this one has never said anything")
        #expect(try idle[7].answer(milliseconds: 0) == .silence)
        let others = try (0..<20).map { _ in try MuxClient(daemon.socket) }
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(try idle[0].answer() == .nothing)
        #expect(try others[19].answer(milliseconds: 0) == .silence, "the youngest is still there")
    }

    @Test func `a request that does not arrive is given up`() throws {
        let daemon = try Daemon.scripted("--request-timeout", "1")
        let silent = try MuxClient(daemon.socket)
        let slow = try MuxClient(daemon.socket)
        try slow.send([0, 5, 0x61])
        #expect(try silent.answer() == .nothing)
        #expect(try slow.answer() == .nothing)
    }

    @Test func `a worker that dies over a request has a successor, and the request another chance`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
        let daemon = try Daemon.scripted("-O", folder.path("crashed"))
        #expect(try daemon.ask("crash-once", "secret", "", "") == .text("OK"))
        daemon.wait { daemon.log.contains("was killed by signal 9") }
        #expect(daemon.log.contains("(saslauthd-scripted) was killed by signal 9"))
    }

    @Test func `a request that kills every worker is unavailable, and the next one is answered`() throws {
        let daemon = try Daemon.scripted()
        for _ in 0..<3 {
            #expect(try daemon.ask("crash", "secret", "", "") == .text(""))
            #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        }
    }

    @Test func `a mechanism that hangs is unavailable in time, killed and replaced, and others are answered`() throws {
        let daemon = try Daemon.scripted("--timeout", "5", "-n", "2")
        let hanging = try MuxClient(daemon.socket)
        try hanging.send(MuxClient.request("hang", "secret", "", ""))
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(try hanging.answer() == .text(""))
        #expect(daemon.wait { daemon.log.contains("does not respond; killing it") })
        #expect(daemon.wait { daemon.log.contains("was killed by signal 9") })
    }

    @Test func `who waits for a refusal that is held back has it at once when the place is needed`() throws {
        let daemon = try Daemon.scripted("--max-connections", "8")
        let waiting = try (0..<8).map { _ in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request("delay-long", "wrong", "", ""))
            return client
        }
        #expect(daemon.wait { daemon.log.components(separatedBy: "auth failure: [user=delay-long]").count == 9 })
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let answers = try waiting.map { try $0.answer(milliseconds: 0) }
        #expect(answers.count { $0 == .text("NO Incorrect password") } == 1)
        #expect(answers.count { $0 == .silence } == 7)
    }

    @Test func `more requests than workers wait for their turn`() throws {
        let daemon = try Daemon.scripted("-n", "2")
        let clients = try (0..<6).map { _ in try MuxClient(daemon.socket) }
        for client in clients { try client.send(MuxClient.request("slow", "secret", "", "")) }
        for client in clients { #expect(try client.answer() == .text("OK")) }
        #expect(daemon.log.components(separatedBy: "is ready for").count - 1 == 2, "no more workers than -n")
    }

    @Test func `with -n 0 each request has a worker of its own`() throws {
        let daemon = try Daemon.scripted("-n", "0")
        for _ in 0..<3 { #expect(try daemon.ask("alice", "secret", "", "") == .text("OK")) }
        #expect(daemon.log.components(separatedBy: "is ready for").count - 1 == 3)
    }

    @Test func `a frontend that dies has a successor, and those who come meanwhile are answered`() throws {
        let daemon = try Daemon.scripted()
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        for _ in 0..<2 {
            let children = try Command("/usr/bin/pgrep", "-P", "\(daemon.pid)", "saslauthd-front").run().output
            let frontend = try #require(Int32(children.trimmingCharacters(in: .whitespacesAndNewlines)))
            kill(frontend, SIGKILL)
            for _ in 0..<20 { #expect(try daemon.ask("alice", "secret", "", "") == .text("OK")) }
        }
        #expect(daemon.wait { daemon.log.contains("was killed by signal 9; restarting it") })
        #expect(daemon.wait { Self.metrics(of: daemon).contains("saslauthd_frontend_restarts_total 2\n") })
        #expect(daemon.reload())
        #expect(daemon.wait { Self.metrics(of: daemon).contains("saslauthd_frontend_restarts_total 0\n") })
    }

    private static func metrics(of daemon: Daemon) -> String {
        let words = ["-m", daemon.folder.url.path, "status", "--prometheus"]
        return (try? Command(Programs.path("saslauthctl"), words).run().output) ?? ""
    }

    @Test func `TERM lets requests in hand be answered`() throws {
        let daemon = try Daemon.scripted()
        let client = try MuxClient(daemon.socket)
        try client.send(MuxClient.request("slow", "secret", "", ""))
        // What is asked next is answered after the first has been handed to its worker.
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        kill(daemon.pid, SIGTERM)
        #expect(try client.answer() == .text("OK"))
        #expect(daemon.wait { daemon.log.contains("master exited: ") })
    }

    @Test func `a mechanism's wish for a delay is the client's to wait for, not the worker's`() throws {
        let daemon = try Daemon.scripted("-n", "1")
        let refused = try MuxClient(daemon.socket)
        try refused.send(MuxClient.request("delay", "wrong", "", ""))
        for _ in 0..<5 { #expect(try daemon.ask("alice", "secret", "", "") == .text("OK")) }
        #expect(try refused.answer(milliseconds: 0) == .silence, "the refusal is still held back")
        #expect(try refused.answer() == .text("NO Incorrect password"))
    }

    @Test func `verdicts of every kind are told as they should`() throws {
        let daemon = try Daemon.scripted()
        #expect(try daemon.ask("unavailable", "secret", "", "") == .text(""))
        #expect(try daemon.ask("expired", "secret", "", "") == .text("NO Password expired"))
        #expect(
            try daemon.ask("nonsense", "secret", "", "") == .text(""),
            "a worker that talks nonsense is not believed"
        )
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        daemon.wait { daemon.log.contains("unknown kind 99") }
        #expect(daemon.log.contains("[mech=scripted] [reason=it was told so]"))
    }

    @Test func `the mechanism that saslauthd-mechanism(7) shows works`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let page = try String(contentsOf: root.appendingPathComponent("man/saslauthd-mechanism.7"), encoding: .utf8)
        let example = try #require(page.components(separatedBy: ".Bd -literal -offset indent\n").last)
        let source = try #require(example.components(separatedBy: ".Ed").first)
        let path = Programs.path("saslauthd-example")
        try Command("/bin/sh", "-c", "cat >\"$0\" && chmod 0755 \"$0\"", path).run(input: source)
        let daemon = try Daemon.plugin("example")
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(try daemon.ask("alice", "Secret", "smtp", "") == .text("NO Incorrect password"))
    }

    @Test func `the mechanism sees service, realm and address`() throws {
        let daemon = try Daemon.scripted("-r")
        #expect(try daemon.ask("echo", "secret", "smtp", "example.org", "192.0.2.1;25") == .text("OK"))
        #expect(try daemon.ask("echo", "secret", "imap", "") == .text("OK"))
        daemon.wait { daemon.log.contains("service=imap") }
        #expect(daemon.log.contains("login=echo@example.org service=smtp realm=example.org remote=192.0.2.1;25\n"))
        #expect(daemon.log.contains("login=echo service=imap realm= remote=\n"))
    }

    @Test func `no login forges a line, and no password is in any, at -d`() throws {
        let daemon = try Daemon.scripted()
        let forged = "x] [service=smtp]\nsaslauthd[1] :auth success: [user=root\u{1b}[31m"
        _ = try daemon.ask(forged, "Pa55w0rd-that-nobody-may-see", "imap\n", "r]\n")
        for login in ["alice", "crash", "unavailable", "log", "expired"] {
            _ = try daemon.ask(login, "Pa55w0rd-that-nobody-may-see", "smtp", "")
        }
        daemon.wait { daemon.log.contains("[user=expired]") }
        #expect(!daemon.log.contains("Pa55w0rd"))
        #expect(!daemon.log.contains("\nsaslauthd[1] :auth success"))
        #expect(daemon.log.contains("[user=x\\x5d \\x5bservice=smtp\\x5d\\nsaslauthd\\x5b1\\x5d :auth success: "))
        #expect(daemon.log.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `the processes that need not be root are not`() throws {
        let daemon = try Daemon.scripted()
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let children = try Command("/usr/bin/pgrep", "-P", "\(daemon.pid)").run().output.split(separator: "\n")
        #expect(children.count == 2)
        for child in children {
            let status = try String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)
            #expect(!status.contains("Uid:\t0"))
            #expect(status.contains("CapEff:\t0000000000000000"))
            #expect(status.contains("NoNewPrivs:\t1"))
        }
    }
}
