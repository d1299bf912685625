internal import Glibc

/// The result of reading from or writing to a non-blocking descriptor.
package enum Transfer: Hashable, Sendable {
    case bytes(Int)
    /// Nothing can be read or written now.
    case wouldBlock
    /// The peer has closed the connection.
    case ended
}

extension OwnedDescriptor {
    /// Reads into the beginning of `buffer`; a connection reset counts as the end; read(2).
    package func receive(into buffer: inout [UInt8]) throws(SystemError) -> Transfer {
        while true {
            // SAFETY: the call gets the length of the array.
            let count = unsafe Glibc.read(rawValue, &buffer, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            if let outcome = try Self.outcome(of: "read") { return outcome }
        }
    }

    /// Sends as many bytes as the socket takes, without a signal if the peer is gone; send(2).
    package func send(_ bytes: Span<UInt8>) throws(SystemError) -> Transfer {
        while true {
            let count = unsafe bytes.withUnsafeBufferPointer { bytes in
                // SAFETY: the call gets the length of the span.
                unsafe Glibc.send(rawValue, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 { return .bytes(count) }
            if let outcome = try Self.outcome(of: "send") { return outcome }
        }
    }

    /// Ends input: the peer's next write fails, and what it has written can still be received; shutdown(2).
    package func endInput() {
        shutdown(rawValue, CInt(SHUT_RD))
    }

    /// Ends output; shutdown(2).
    ///
    /// Does nothing if the peer is gone.
    package func endOutput() {
        shutdown(rawValue, CInt(SHUT_WR))
    }

    /// Ends output and input, so that reads and writes of others end too; shutdown(2).
    package func endBoth() {
        shutdown(rawValue, CInt(SHUT_RDWR))
    }

    /// Whether there is input or an end of input, poll(2).
    package var hasInput: Bool {
        var entry = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
        // SAFETY: the call gets the number of entries, 1.
        return unsafe poll(&entry, 1, 0) == 1
    }

    /// Whether the connection is closed in both directions, poll(2); half-closed does not count.
    package var hasHungUp: Bool {
        var entry = pollfd(fd: rawValue, events: 0, revents: 0)
        // SAFETY: the call gets the number of entries, 1.
        return unsafe poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLHUP) != 0
    }

    /// Maps `errno`; `nil` means try again.
    private static func outcome(of call: String) throws(SystemError) -> Transfer? {
        let number = errno
        switch number {
        case EINTR: return nil
        case EAGAIN: return .wouldBlock
        case ECONNRESET, EPIPE: return .ended
        default: throw SystemError(call, number: number)
        }
    }
}
