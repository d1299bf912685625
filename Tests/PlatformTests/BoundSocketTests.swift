import Glibc
import Testing

@testable import Platform

@Suite struct BoundSocketTests {
    let path = "/tmp/boundsocket.\(getpid()).\(UInt32.random(in: 0...UInt32.max))"

    @Test(arguments: [0o777, 0o600, 0o660] as [mode_t])
    func `the file has the permissions that were asked for, whatever the umask`(mode: mode_t) throws {
        let socket = try BoundSocket(replacing: path, mode: mode)
        #expect(try FileStatus(ofName: path).permissions == mode)
        try socket.setMode(0o640)
        #expect(try FileStatus(ofName: path).permissions == 0o640)
        try socket.removeFile()
        #expect(throws: SystemError.self) { _ = try FileStatus(ofName: path) }
    }

    @Test func `a socket that is left is replaced, and no other file`() throws {
        do { _ = try BoundSocket(replacing: path, mode: 0o600) }
        do { try BoundSocket(replacing: path, mode: 0o600).removeFile() }
        do { try OwnedDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600).writeAll([1].span) }
        defer { try? Directory.removeFile(path) }
        let error = #expect(throws: SystemError.self) { _ = try BoundSocket(replacing: path, mode: 0o600) }
        #expect(error?.call == "bind" && error?.number == EADDRINUSE)
        #expect(try FileStatus(ofName: path).size == 1)
    }

    @Test func `a socket on which somebody listens is not replaced on request`() throws {
        let socket = try BoundSocket(replacing: path, mode: 0o600)
        let error = #expect(throws: SystemError.self) {
            _ = try BoundSocket(replacing: path, mode: 0o600, unlessAnswered: true)
        }
        #expect(error?.call == "bind" && error?.number == EADDRINUSE)
        let before = socket.isInPlace
        try socket.removeFile()
        let after = socket.isInPlace
        #expect(before && !after)
    }

    @Test func `a leftover socket is replaced on the same request`() throws {
        do { _ = try BoundSocket(replacing: path, mode: 0o600) }
        try BoundSocket(replacing: path, mode: 0o600, unlessAnswered: true).removeFile()
    }

    @Test func `a reference to the socket itself is verified, and one to another socket is not`() throws {
        let socket = try BoundSocket(replacing: path, mode: 0o600)
        defer { try? Directory.removeFile(path) }
        try socket.verify()
        let other = try BoundSocket(replacing: path + ".other", mode: 0o600)
        defer { try? Directory.removeFile(path + ".other") }
        let swapped = try BoundSocket(
            path: path,
            listener: .copy(of: socket.listener.rawValue),
            reference: .copy(of: other.reference.rawValue)
        )
        let error = #expect(throws: SystemError.self) { try swapped.verify() }
        #expect(error?.number == ESTALE)
    }

    @Test func `a link in the place of the file is neither followed nor removed`() throws {
        unsafe symlink("/nonexistent/file", path)
        defer { try? Directory.removeFile(path) }
        #expect(throws: SystemError.self) { _ = try BoundSocket(replacing: path, mode: 0o600) }
        #expect(try target(ofLink: path) == "/nonexistent/file")
    }

    @Test func `rights go to the file and not to what has its name, which is not removed either`() throws {
        let socket = try BoundSocket(replacing: path, mode: 0o600)
        try Directory.removeFile(path)
        let other = try OwnedDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        defer { try? Directory.removeFile(path) }
        try socket.setMode(0o666)
        try socket.give(to: getuid(), group: getgid())
        try socket.removeFile()
        let found = try FileStatus(ofName: path)
        #expect(found.isSameFile(as: try FileStatus(of: other)))
        #expect(found.kind == .regular && found.permissions == 0o600)
    }
}
