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

        let nothing = try socket.receive(into: &buffer)
        #expect(nothing == .wouldBlock)
        let two: [UInt8] = [1, 2]
        try peer.writeAll(two.span)
        let some = try socket.receive(into: &buffer)
        #expect(some == .bytes(2))
        #expect(buffer == [1, 2, 7, 7])

        let large = [UInt8](repeating: 0, count: 1 << 20)
        guard case .bytes(let taken) = try socket.send(large.span) else {
            Issue.record("an empty socket takes nothing")
            return
        }
        #expect((1..<large.count).contains(taken))
        let more = try socket.send(large.span)
        #expect(more == .wouldBlock)
    }

    @Test func `nobody to connect to is an error`() throws {
        let socket = try UnixSocket.unconnected()
        #expect(throws: SystemError("connect", on: "/nonexistent", number: ENOENT)) {
            try UnixSocket.tryConnect(socket, to: "/nonexistent")
        }
    }
}
