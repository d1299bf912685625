internal import CPlatform
internal import Glibc

extension UnixSocket {
    /// An unconnected non-blocking stream socket.
    package static func unconnected() throws(SystemError) -> OwnedDescriptor {
        let stream = CInt(SOCK_STREAM.rawValue)
        return OwnedDescriptor(adopting: try systemCall("socket") { cplatform_unix_socket(stream, true) })
    }

    /// Connects a socket from `unconnected()`.
    ///
    /// - Parameters:
    ///   - socket: unconnected; still unconnected if the result is `false`.
    ///   - path: the file of a listening stream socket.
    /// - Returns: `false` while the backlog is full.
    /// - Throws: the error of connect(2).
    package static func tryConnect(_ socket: borrowing OwnedDescriptor, to path: String) throws(SystemError) -> Bool {
        let number = socket.rawValue
        do {
            // SAFETY: the path is a null-terminated string during the call.
            try systemCall("connect", on: path) { unsafe cplatform_unix_connect(number, path) }
            return true
        } catch  where error.number == EAGAIN {
            return false
        }
    }

    /// Accepts a connection on a non-blocking listener and makes it non-blocking; `nil` if none is waiting.
    package static func acceptNonblocking(on listener: CInt) throws(SystemError) -> OwnedDescriptor? {
        let number = cplatform_accept(listener, true)
        if number >= 0 { return OwnedDescriptor(adopting: number) }
        let reason = errno
        // The client is gone, or another process was faster.
        if [EAGAIN, ECONNABORTED, EINTR].contains(reason) { return nil }
        throw SystemError("accept", number: reason)
    }

    /// Connects to the stream socket at `path` without blocking: `EAGAIN` if its backlog is full.
    package static func connectNonblocking(to path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try unconnected()
        guard try tryConnect(socket, to: path) else { throw SystemError("connect", on: path, number: EAGAIN) }
        return socket
    }
}
