import Foundation
import TestSupport
import Testing

/// How much memory the processes may have that hand other people's bytes to libraries.
@Suite struct MemoryLimitTests {
    /// The limit of the addresses of process `pid`; `nil` without one.
    private func limit(of pid: Int32) throws -> Int? {
        let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max address space") })
        return line.split(separator: " ").lazy.compactMap { Int($0) }.first
    }

    private func limit(ofWorkersOf daemon: Daemon, _ name: String) throws -> Int? {
        let answer = try daemon.ask("alice", "secret", "smtp", "example.org")
        let pid = try Command("/usr/bin/pgrep", "-n", "-P", "\(daemon.pid)", name).run().output
        return try limit(of: try #require(Int32(pid.trimmingCharacters(in: .whitespacesAndNewlines)), "\(answer)"))
    }

    @Test func `a mechanism has its limit, and one with modules of others none`() throws {
        let folder = try MariaDBFiles.folder()
        let path = folder.path("sasldb2")
        try Command("/usr/sbin/saslpasswd2", "-p", "-f", path, "alice@example.org").run(input: "secret")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        // What the process has at its start is added, which is much under a sanitizer.
        let gibibyte = 1 << 30
        let sasldb = try #require(try limit(ofWorkersOf: try Daemon.sasldb(.ours, path), "saslauthd-sasld"))
        #expect(sasldb > gibibyte / 2)
        let remote = try #require(try limit(ofWorkersOf: try Daemon.ours("rimap", "127.0.0.1:1"), "saslauthd-rimap"))
        #expect(remote > 2 * gibibyte)
        let settings = "user=a db=a host=127.0.0.1:1 table=a usercolumn=a passwdcolumn=a"
        let mysql = try #require(try limit(ofWorkersOf: try Daemon.ours("mysql", settings), "saslauthd-mysql"))
        // The costliest hash takes 1 GiB.
        #expect(mysql > gibibyte)
        #expect(try limit(ofWorkersOf: try Daemon.mechanism("pam", []), "saslauthd-pam") == nil)
    }

    @Test func `a daemon has no answer from a file that speaks of partitions, and says so`() throws {
        let folder = try MariaDBFiles.folder()
        let path = folder.path("sasldb2")
        try Command("/usr/sbin/saslpasswd2", "-p", "-f", path, "alice@example.org").run(input: "secret")
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        (bytes[26], bytes[36], bytes[37], bytes[38], bytes[39]) = (2, 0xFF, 0xFF, 0xFF, 0x7F)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let daemon = try Daemon.sasldb(.ours, path)
        #expect(try daemon.ask("alice", "secret", "smtp", "example.org") == .text(""))
        #expect(daemon.wait { daemon.log.contains("[reason=\(path) is a Berkeley DB hash with partitions;") })
    }
}
