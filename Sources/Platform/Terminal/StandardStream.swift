internal import Glibc

/// A standard stream of the process.
package enum StandardStream: CInt, Sendable {
    case input = 0
    case output = 1
    case error = 2

    /// Whether the stream is a terminal; isatty(3).
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes without buffering; returns whether everything was written.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Writes without buffering; returns whether everything was written.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var written = 0
        while written < bytes.count {
            let rest = bytes.span.extracting(droppingFirst: written)
            let count = try? systemCall("write") {
                // SAFETY: the call gets the length of the span.
                unsafe rest.withUnsafeBufferPointer { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            }
            guard let count else { return false }
            written += count
        }
        return true
    }

    /// Writes what the stream takes without blocking, and returns the number of bytes; all of them if the stream is
    /// gone.
    ///
    /// It can still block if another process writes to the same pipe at the same moment, unless `makeNonblocking` was
    /// called.
    package func writeAvailable(_ bytes: [UInt8]) -> Int {
        // SAFETY: both calls get the length of the array.
        let sent = unsafe send(rawValue, bytes, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        if sent >= 0 { return sent }
        guard errno == ENOTSOCK else { return errno == EAGAIN ? 0 : bytes.count }
        var entry = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        // SAFETY: the call gets the number of entries, 1.
        guard unsafe poll(&entry, 1, 0) == 1 else { return 0 }
        let written = unsafe Glibc.write(rawValue, bytes, bytes.count)
        if written >= 0 { return written }
        return errno == EAGAIN || errno == EINTR ? 0 : bytes.count
    }

    /// Makes writes to the stream non-blocking, for this process and its children; other users of the stream are not
    /// affected.
    ///
    /// It reopens the pipe or terminal. If that is not permitted, and for files, nothing changes.
    package func makeNonblocking() {
        guard let state = try? FileStatus(of: rawValue), [.pipe, .characterDevice].contains(state.kind),
            let stream = try? OwnedDescriptor.open("/proc/self/fd/\(rawValue)", O_WRONLY | O_NONBLOCK | O_NOCTTY)
        else { return }
        dup2(stream.rawValue, rawValue)
    }

    /// Reads a line of at most `limit` bytes and leaves the following input unread.
    ///
    /// Returns the line without its line break, or what was left at the end of the stream; the caller wipes a secret.
    package func readLine(limit: Int) throws(SystemError) -> [UInt8] {
        // Allocated in full size, so that no shorter copy remains in memory.
        var line = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            // SAFETY: the array has room for the one byte that is read.
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

    /// Makes a write to a pipe or socket without a reader an error rather than a signal.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
