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
}
