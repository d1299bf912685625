import Foundation
import Platform
import ProcessProtocol
import TestSupport
import Testing

/// What one frontend leaves to the next.
@Suite(.enabled(if: geteuid() == 0, "the frontend's descriptors are for root to see"))
struct HandedMemoryTests {
    /// The memory that process `pid` leaves to the next.
    private func memory(of pid: Int32) throws -> OwnedDescriptor {
        try OwnedDescriptor.open("/proc/\(pid)/fd/\(FrontendDescriptors(workers: 1, listeners: 1).ownMemory)", O_RDONLY)
    }

    @Test func `a frontend that died leaves what it knows to the next, and nobody writes to it again`() throws {
        let daemon = try Daemon.scripted("--throttle", "on")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let first = try daemon.runningFrontend()
        let own = try memory(of: first)
        #expect(try SharedMemory.seals(of: own.rawValue) == [.grow, .shrink])
        kill(first, SIGKILL)
        #expect(daemon.wait { daemon.frontend.map { $0 != first } == true })
        try remembersAlice(daemon)
        #expect(try SharedMemory.seals(of: own.rawValue) == [.grow, .shrink, .write, .seal])
        let second = try memory(of: try daemon.runningFrontend())
        #expect(try SharedMemory.seals(of: second.rawValue) == [.grow, .shrink])
    }

    @Test func `a frontend that is replaced leaves what it knows to the next`() throws {
        let daemon = try Daemon.scripted("--throttle", "on")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let own = try memory(of: try daemon.runningFrontend())
        for _ in 0..<3 { #expect(daemon.reload()) }
        #expect(try SharedMemory.seals(of: own.rawValue) == [.grow, .shrink, .write, .seal])
        try remembersAlice(daemon)
    }

    @Test
    func `a daemon that is restarted finds what a service manager has kept for it, and nothing else by that name`()
        throws
    {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("restart.py")
        let result = try Command(
            script.path,
            folder.url.path,
            Programs.path("saslauthd"),
            "-f",
            "-a",
            "scripted",
            "--log",
            "syslog",
            "-m",
            folder.url.path
        ).run()
        #expect(result.output == "OK OK OK OK OK OK OK OK OK OK\nOK\n", "\(result.complaints)")
    }

    /// Whether alice's password does not wait while her login is guessed.
    private func remembersAlice(_ daemon: Daemon) throws {
        let guesses = try (0..<100).map { number in
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request("alice", "guess \(number)", "", ""))
            return client
        }
        #expect(daemon.wait { daemon.log.contains("too many attempts at this login") })
        for _ in 0..<10 { #expect(try daemon.ask("alice", "secret", "", "") == .text("OK")) }
        withExtendedLifetime(guesses) {}
    }
}
