import Foundation
import TestSupport
import Testing

/// Option `--log-format json`, and what stands behind the reason in text.
@Suite struct LogFormatTests {
    private func objects(_ log: String) throws -> [[String: Any]] {
        try log.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)")
        }
    }

    @Test func `each line is an object, and a decision has all its parts`() throws {
        let daemon = try Daemon.scripted("--log-format", "json", "--log-success", "-c")
        _ = try daemon.ask("a\"\n\u{1b}[31mü]", "Pa55w0rd-that-nobody-may-see", "smtp", "example.org", "192.0.2.1;25")
        _ = try daemon.ask("unavailable", "Pa55w0rd-that-nobody-may-see", "smtp", "")
        _ = try daemon.ask("slow", "secret", "imap", "")
        _ = try daemon.ask("slow", "secret", "imap", "")
        daemon.wait { daemon.log.contains("\"cached\":true") }
        let lines = try objects(daemon.log)
        #expect(lines.allSatisfy { $0["time"] is String && $0["level"] is String && $0["pid"] is Int })
        #expect(!daemon.log.contains("Pa55w0rd"))
        let decisions = lines.filter { $0["result"] != nil }
        try #require(decisions.map { $0["result"] as? String } == ["refused", "unavailable", "accepted", "accepted"])
        let refused = decisions[0]
        #expect(refused["login"] as? String == "a\"\n\u{1b}[31mü]" && refused["realm"] as? String == "example.org")
        #expect(refused["service"] as? String == "smtp" && refused["mechanism"] as? String == "scripted")
        #expect(refused["remote"] as? String == "192.0.2.1;25" && refused["reason"] as? String == "Incorrect password")
        #expect(refused["peer_pid"] as? Int32 == getpid() && refused["peer_uid"] as? UInt32 == getuid())
        #expect(refused["cached"] as? Bool == false && refused["queue_ms"] is Int)
        #expect(decisions[1]["reason"] as? String == "it was told so")
        #expect((decisions[2]["mechanism_ms"] as? Int ?? 0) >= 1000)
        #expect(decisions[3]["cached"] as? Bool == true && decisions[3]["mechanism"] == nil)
        #expect(lines.contains { ($0["message"] as? String)?.hasPrefix("listening on socket: ") == true })
    }

    @Test func `with --log-prefix do_auth each line of the original's names its function, and no other does`() throws {
        let daemon = try Daemon.scripted("--log-prefix", "do_auth", "-V")
        #expect(try daemon.ask("alice", "", "smtp", "") == .text("NO NULL password received"))
        _ = try daemon.ask(String(repeating: "x", count: 257), "secret", "smtp", "")
        _ = try daemon.ask("alice", "wrong", "smtp", "")
        let expected = [
            "main            : num_procs  : 5", "main            : auth_mech  : scripted",
            "detach_tty      : master pid is: \(daemon.pid)", "ipc_init        : listening on socket: \(daemon.socket)",
            "do_request      : NULL password received", "do_request      : login exceeded MAX_REQ_LEN: 256",
            "do_auth         : auth failure: [user=alice] [service=smtp] [realm=] [mech=scripted] [reason=Incorrect password]",
        ]
        for line in expected {
            #expect(daemon.wait { daemon.log.contains("] :\(line)\n") }, "\(line)")
        }
        #expect(daemon.log.split(separator: "\n").contains { $0.hasSuffix("is ready for 1 requests at a time") })
        let wrong = try Command(Programs.path("saslauthd"), ["-a", "nosuch", "-d", "--log-prefix", "do_auth"]).run()
        #expect(wrong.complaints.contains("] :set_auth_mech   : unknown authentication mechanism: nosuch"))
    }

    @Test func `the process that asked and the time stand last`() throws {
        let daemon = try Daemon.scripted()
        _ = try daemon.ask("slow", "wrong", "smtp", "", "192.0.2.1;25")
        daemon.wait { daemon.log.contains("auth failure") }
        let line = try #require(daemon.log.split(separator: "\n").first { $0.contains("auth failure") })
        #expect(
            line.contains(
                try Regex(
                    #"\[mech=scripted\] \[reason=Incorrect password\] \[remote=192\.0\.2\.1;25\] \[peer=\#(getpid())\] \[ms=\d{4,}\]$"#
                )
            )
        )
    }
}
