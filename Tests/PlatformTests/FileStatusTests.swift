import Glibc
import Testing

@testable import Platform

@Suite struct FileStatusTests {
    @Test func `a file has a kind, permissions and an owner`() throws {
        let root = try FileStatus(of: "/")
        #expect(root.kind == .directory && root.permissions == 0o755 && root.owner == 0 && root.group == 0)
        let accounts = try FileStatus(of: "/etc/passwd")
        #expect(accounts.kind == .regular && accounts.permissions == 0o644 && accounts.size > 0 && accounts.links >= 1)
        #expect(try FileStatus(of: "/tmp").permissions == 0o1777)
        #expect(try FileStatus(of: "/dev/null").kind == .characterDevice)
        #expect(throws: SystemError("stat", on: "/nonexistent", number: ENOENT)) { try FileStatus(of: "/nonexistent") }
    }

    @Test func `a socket and a pipe are known`() throws {
        let path = "/tmp/platform-tests-status-\(getpid())"
        let socket = try UnixSocket.listen(at: path)
        defer { try? Directory.removeFile(path) }
        #expect(try FileStatus(of: path).kind == .socket)
        #expect(try FileStatus(of: socket).kind == .socket)
        #expect(try FileStatus(of: Pipe().intoReader()).kind == .pipe)
    }

    @Test func `a link is followed unless its name is asked for`() throws {
        let path = "/tmp/platform-tests-link-\(getpid())"
        // SAFETY: the paths are terminated strings for the length of the call.
        unsafe symlink("/etc/passwd", path)
        defer { try? Directory.removeFile(path) }
        #expect(try FileStatus(ofName: path).kind == .link)
        #expect(try FileStatus(of: path).isSameFile(as: FileStatus(of: "/etc/passwd")))
        #expect(try !FileStatus(ofName: path).isSameFile(as: FileStatus(of: "/etc/passwd")))
    }

    @Test(
        arguments: [
            (1_000_000_123, 0, true), (1_000_000_123, 19_999_999, true), (1_000_000_123, 20_000_000, false),
            (1_000_000_123, -19_999_999, true), (1_000_000_123, -20_000_000, false),
            // A file system that keeps whole seconds.
            (1_000_000_000, 1_999_999_999, true), (1_000_000_000, 2_000_000_000, false),
        ] as [(Int64, Int64, Bool)]
    )
    func `a change is fresh while another one may bear the same time`(changed: Int64, later: Int64, isFresh: Bool) {
        let status = FileStatus(kind: .regular, permissions: 0o600, owner: 0, group: 0, changed: changed)
        #expect(status.isFresh(at: changed + later) == isFresh)
    }
}
