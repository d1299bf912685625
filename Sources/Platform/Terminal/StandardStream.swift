internal import Glibc

/// A stream that every program is born with.
package enum StandardStream: CInt, Sendable {
    case input = 0
    case output = 1
    case error = 2

    /// Whether the stream is a terminal; isatty(3).
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes at once, without a buffer; says whether all was written.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Writes at once, without a buffer; says whether all was written.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var written = 0
        while written < bytes.count {
            let rest = bytes.span.extracting(droppingFirst: written)
            let count = try? systemCall("write") {
                // SAFETY: the span shows as many bytes as the call is told.
                unsafe rest.withUnsafeBufferPointer { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            }
            guard let count else { return false }
            written += count
        }
        return true
    }

    /// Writes as much as there is room for, and never waits; says how many bytes were taken, all of them by a stream that is gone.
    ///
    /// Where another process writes to the same pipe at the same moment it could still wait, unless `makeNonblocking` was called before.
    package func writeAvailable(_ bytes: [UInt8]) -> Int {
        // SAFETY: the array is as long as both calls are told.
        let sent = unsafe send(rawValue, bytes, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        if sent >= 0 { return sent }
        guard errno == ENOTSOCK else { return errno == EAGAIN ? 0 : bytes.count }
        var entry = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        // SAFETY: one entry, as the call is told.
        guard unsafe poll(&entry, 1, 0) == 1 else { return 0 }
        let written = unsafe Glibc.write(rawValue, bytes, bytes.count)
        if written >= 0 { return written }
        return errno == EAGAIN || errno == EINTR ? 0 : bytes.count
    }

    /// Sees to it that no write to the stream waits, by this process or those that it starts; other holders of it notice nothing.
    ///
    /// A pipe or terminal is opened anew for that; where that may not be done, and for files, nothing changes.
    package func makeNonblocking() {
        guard let state = try? FileStatus(of: rawValue), [.pipe, .characterDevice].contains(state.kind),
            let stream = try? OwnedDescriptor.open("/proc/self/fd/\(rawValue)", O_WRONLY | O_NONBLOCK | O_NOCTTY)
        else { return }
        dup2(stream.rawValue, rawValue)
    }

    /// Reads a line, at most `limit` bytes of it, and leaves what stands behind it unread.
    ///
    /// Gives the line without its end, or what there was at the end of the stream; the caller wipes a secret.
    package func readLine(limit: Int) throws(SystemError) -> [UInt8] {
        // Of the full size from the beginning, so that no shorter copy stays behind.
        var line = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            // SAFETY: there is a place in the array for the one byte that is read.
            let size = try systemCall("read") {
                unsafe line.withUnsafeMutableBytes { place in
                    unsafe Glibc.read(rawValue, UnsafeMutableRawBufferPointer(rebasing: place[count...]).baseAddress, 1)
                }
            }
            if size == 0 || line[count] == UInt8(ascii: "\n") { break }
            count += 1
        }
        line.removeLast(limit - count)
        return line
    }

    /// From now on a write to a pipe or socket without a reader is an error and not a signal.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
