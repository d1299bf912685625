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

extension OwnedDescriptor {
    /// read(2) into the elements that `buffer` has already.
    ///
    /// - Parameter buffer: overwritten from its beginning; neither grows nor shrinks.
    /// - Returns: how many bytes came, 0 at the end; `nil` when the descriptor is non-blocking and there is nothing yet.
    /// - Throws: what read(2) reports.
    package func read(over buffer: inout [UInt8]) throws(SystemError) -> Int? {
        do {
            // SAFETY: the array is as long as the call is told.
            return try systemCall("read") { unsafe Glibc.read(rawValue, &buffer, buffer.count) }
        } catch  where error.number == EAGAIN {
            return nil
        }
    }

    /// write(2), once.
    ///
    /// - Parameter bytes: what is to be written.
    /// - Returns: how many of them were taken; 0 when the descriptor is non-blocking and takes none yet.
    /// - Throws: what write(2) reports.
    package func writeSome(_ bytes: Span<UInt8>) throws(SystemError) -> Int {
        do {
            return try systemCall("write") {
                // SAFETY: the span shows as many bytes as the call is told.
                unsafe bytes.withUnsafeBufferPointer { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            }
        } catch  where error.number == EAGAIN {
            return 0
        }
    }
}
