import Foundation
import Platform
import TestSupport
import Testing

/// What one frontend leaves to the next.
@Suite(.enabled(if: geteuid() == 0, "the frontend's descriptors are for root to see"))
struct HandedMemoryTests {
    /// The seals and the file of a memory of process `pid`.
    private func memory(_ number: Int, of pid: Int32) throws -> (seals: SharedMemory.Seals, inode: ino_t) {
        let file = try OwnedDescriptor.open("/proc/\(pid)/fd/\(number)", O_RDONLY)
        return (try SharedMemory.seals(of: file.rawValue), try FileState(of: file).inode)
    }

    @Test func `a frontend that died leaves its memory to the next, and neither is written to again`() throws {
        let daemon = try Daemon.scripted()
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let first = try #require(daemon.frontend)
        #expect(try memory(4, of: first).seals == [.grow, .shrink])
        let own = try memory(5, of: first)
        #expect(own.seals == [.grow, .shrink])
        kill(first, SIGKILL)
        #expect(daemon.wait { daemon.frontend.map { $0 != first } == true })
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let second = try #require(daemon.frontend)
        let left = try memory(4, of: second)
        #expect(left.inode == own.inode)
        #expect(left.seals == [.grow, .shrink, .write, .seal])
        #expect(try memory(5, of: second).seals == [.grow, .shrink])
    }

    @Test func `a frontend that is replaced leaves its memory to the next`() throws {
        let daemon = try Daemon.scripted()
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        let own = try memory(5, of: try #require(daemon.frontend))
        #expect(daemon.reload())
        let left = try memory(4, of: try #require(daemon.frontend))
        #expect(left.inode == own.inode)
        #expect(left.seals == [.grow, .shrink, .write, .seal])
    }
}
