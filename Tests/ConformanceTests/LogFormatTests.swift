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
