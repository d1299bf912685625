internal import Glibc

/// What came of reading from or writing to a descriptor that does not block.
package enum Transfer: Hashable, Sendable {
    case bytes(Int)
    /// Nothing can be read or written now.
    case wouldBlock
    /// The other side has ended.
    case ended
}

extension OwnedDescriptor {
    /// read(2) into `buffer` from its beginning; an end by error counts as an end.
    package func receive(into buffer: inout [UInt8]) throws(SystemError) -> Transfer {
        while true {
            // SAFETY: the array is as long as the call is told.
            let count = unsafe Glibc.read(rawValue, &buffer, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            if let outcome = try Self.outcome(of: "read") { return outcome }
        }
    }

    /// send(2), as much as there is room for, without a signal when the other side has gone.
    package func send(_ bytes: Span<UInt8>) throws(SystemError) -> Transfer {
        while true {
            let count = unsafe bytes.withUnsafeBufferPointer { bytes in
                // SAFETY: the span shows as many bytes as the call is told.
                unsafe Glibc.send(rawValue, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 { return .bytes(count) }
            if let outcome = try Self.outcome(of: "send") { return outcome }
        }
    }

    /// Tells the other side that no more will come; shutdown(2).
    ///
    /// One that has gone is fine.
    package func endOutput() {
        shutdown(rawValue, CInt(SHUT_WR))
    }

    /// Whether a connection is closed in both directions, poll(2); one that was only half-closed is not.
    package var hasHungUp: Bool {
        var entry = pollfd(fd: rawValue, events: 0, revents: 0)
        // SAFETY: one entry, as the call is told.
        return unsafe poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLHUP) != 0
    }

    /// What `errno` says; `nil` to try again.
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
