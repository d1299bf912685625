internal import CPlatform
internal import Glibc

extension UnixSocket {
    /// A stream socket without a connection, on which no call waits.
    package static func unconnected() throws(SystemError) -> OwnedDescriptor {
        let stream = CInt(SOCK_STREAM.rawValue)
        return OwnedDescriptor(adopting: try systemCall("socket") { cplatform_unix_socket(stream, true) })
    }

    /// Connects a socket that `unconnected()` made.
    ///
    /// - Parameters:
    ///   - socket: without a connection; as before when the result is `false`.
    ///   - path: the file of a listening stream socket.
    /// - Returns: `false` while the backlog is full.
    /// - Throws: what connect(2) reports.
    package static func tryConnect(_ socket: borrowing OwnedDescriptor, to path: String) throws(SystemError) -> Bool {
        let number = socket.rawValue
        do {
            // SAFETY: the path is a terminated string for the length of the call.
            try systemCall("connect", on: path) { unsafe cplatform_unix_connect(number, path) }
            return true
        } catch  where error.number == EAGAIN {
            return false
        }
    }

    /// Takes a connection that waits on a listener that does not block, as one that does not block; `nil` when none waits.
    package static func acceptNonblocking(on listener: CInt) throws(SystemError) -> OwnedDescriptor? {
        let number = cplatform_accept(listener, true)
        if number >= 0 { return OwnedDescriptor(adopting: number) }
        let reason = errno
        // A client that has gone again, or another process was faster: nothing to do.
        if [EAGAIN, ECONNABORTED, EINTR].contains(reason) { return nil }
        throw SystemError("accept", number: reason)
    }

    /// Connects to the stream socket at `path` without waiting: `EAGAIN` when its backlog is full.
    package static func connectNonblocking(to path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try unconnected()
        guard try tryConnect(socket, to: path) else { throw SystemError("connect", on: path, number: EAGAIN) }
        return socket
    }
}
