import Glibc
import Testing

@testable import Platform

@Suite struct FileAccessTests {
    @Test func `a file is a directory, a socket or something else, with its permissions and owner`() throws {
        #expect(try FileStatus(of: "/") == FileStatus(kind: .directory, permissions: 0o755, owner: 0, group: 0))
        #expect(try FileStatus(of: "/etc/passwd") == FileStatus(kind: .other, permissions: 0o644, owner: 0, group: 0))
        let path = "/tmp/platform-tests-status-\(getpid())"
        _ = try UnixSocket.listen(at: path)
        // SAFETY: the path is a terminated string for the length of the call.
        defer { unsafe unlink(path) }
        #expect(try FileStatus(of: path).kind == .socket)
        #expect(throws: SystemError("stat", on: "/nonexistent", number: ENOENT)) { try FileStatus(of: "/nonexistent") }
    }

    @Test func `groups have names, or numbers where they have none`() {
        #expect(FileAccess.name(ofGroup: 0) == "root")
        #expect(FileAccess.name(ofGroup: 4_000_000_000) == "4000000000")
        #expect(FileAccess.ownGroups.contains(getegid()))
    }

    @Test func `directories can be entered, files and nothing cannot`() {
        #expect(FileAccess.mayEnter("/"))
        #expect(!FileAccess.mayEnter("/etc/passwd"))
        #expect(!FileAccess.mayEnter("/nonexistent"))
    }
}
