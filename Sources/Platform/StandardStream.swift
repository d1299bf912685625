internal import Glibc

/// A stream that every program is born with.
package enum StandardStream: CInt, Sendable {
    case input = 0
    case output = 1
    case error = 2

    /// Whether the stream is a terminal; isatty(3).
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes `text` at once, without a buffer; what cannot be written is lost.
    package func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let rest = bytes.span.extracting(droppingFirst: written)
            // SAFETY: the span shows as many bytes as the call is told.
            let count = unsafe rest.withUnsafeBufferPointer { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            written += max(count, 0)
        }
    }

    /// Reads a line, at most `limit` bytes of it, and leaves what stands behind it unread.
    ///
    /// - Parameter limit: the largest number of bytes that are taken.
    /// - Returns: the line without its end, or what there was at the end of the stream; the caller wipes a secret.
    /// - Throws: what read(2) reports.
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
