import Glibc
import Testing

@testable import Platform

@Suite struct UnixSocketNonblockingTests {
    @Test func `a full backlog is no error and has room again after accept`() throws {
        let path = "/tmp/platform-tests-\(getpid())"
        let listener = try UnixSocket.listen(at: path)
        // SAFETY: the path is a terminated string for the length of the call.
        defer { unsafe unlink(path) }
        listen(listener.rawValue, 0)

        let first = try UnixSocket.unconnected()
        let second = try UnixSocket.unconnected()
        #expect(try UnixSocket.tryConnect(first, to: path))
        #expect(try !UnixSocket.tryConnect(second, to: path))
        _ = try UnixSocket.accept(on: listener)
        #expect(try UnixSocket.tryConnect(second, to: path))
    }

    @Test func `reading and writing take what there is and never wait`() throws {
        let path = "/tmp/platform-tests-rw-\(getpid())"
        let listener = try UnixSocket.listen(at: path)
        // SAFETY: the path is a terminated string for the length of the call.
        defer { unsafe unlink(path) }
        let socket = try UnixSocket.unconnected()
        #expect(try UnixSocket.tryConnect(socket, to: path))
        let peer = try UnixSocket.accept(on: listener)
        var buffer = [UInt8](repeating: 7, count: 4)

        #expect(try socket.read(over: &buffer) == nil)
        #expect(try peer.writeSome([1, 2].span) == 2)
        #expect(try socket.read(over: &buffer) == 2)
        #expect(buffer == [1, 2, 7, 7])

        let large = [UInt8](repeating: 0, count: 1 << 20)
        let taken = try socket.writeSome(large.span)
        #expect((1..<large.count).contains(taken))
        #expect(try socket.writeSome(large.span) == 0)
    }

    @Test func `nobody to connect to is an error`() throws {
        let socket = try UnixSocket.unconnected()
        #expect(throws: SystemError("connect", on: "/nonexistent", number: ENOENT)) {
            try UnixSocket.tryConnect(socket, to: "/nonexistent")
        }
    }
}
