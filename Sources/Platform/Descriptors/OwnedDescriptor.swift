internal import CPlatform
package import Glibc

/// A file descriptor with one owner, closed when its lifetime ends.
package struct OwnedDescriptor: ~Copyable, Sendable {
    /// Use it for one system call only; do not store it.
    package let rawValue: CInt

    /// Takes ownership of a descriptor that nothing else closes.
    package init(adopting rawValue: CInt) {
        self.rawValue = rawValue
    }

    deinit {
        // `EBADF`: other code closed the descriptor, and the number may since have been reused.
        guard close(rawValue) == 0 || errno != EBADF else { fatalError("descriptor \(rawValue) is not open") }
    }
}

extension OwnedDescriptor {
    /// open(2), close-on-exec.
    package static func open(_ path: String, _ flags: CInt, mode: mode_t = 0) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the path is a null-terminated string during the call.
        OwnedDescriptor(
            adopting: try systemCall("open", on: path) { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
        )
    }

    /// Duplicates descriptor `number`, which stays with its owner; dup(2), close-on-exec.
    package static func copy(of number: CInt) throws(SystemError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try systemCall("dup") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }

    /// Makes the descriptor non-blocking; `O_NONBLOCK`, fcntl(2).
    package func becomeNonblocking() throws(SystemError) {
        let flags = try systemCall("fcntl") { fcntl(rawValue, F_GETFL) }
        try systemCall("fcntl") { fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) }
    }

    /// A memory file that contains `text`, positioned at its beginning; memfd_create(2).
    package static func memory(named name: String, holding text: String) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the name is a null-terminated string during the call.
        let file = OwnedDescriptor(adopting: try systemCall("memfd_create") { unsafe cplatform_memfd(name) })
        try file.writeAll(Array(text.utf8).span)
        try systemCall("lseek") { lseek(file.rawValue, 0, SEEK_SET) }
        return file
    }

    /// Appends at most `limit` bytes to `bytes` and returns their number, 0 at the end; read(2).
    package func read(into bytes: inout [UInt8], limit: Int) throws(SystemError) -> Int {
        var chunk = [UInt8](repeating: 0, count: limit)
        // SAFETY: the call gets the length of the buffer.
        let count = try systemCall("read") { unsafe Glibc.read(rawValue, &chunk, limit) }
        bytes.append(contentsOf: chunk[..<count])
        return count
    }

    /// Reads into `buffer` from `offset` on, up to its end, and returns the number of bytes, 0 at the end; read(2).
    package func read(into buffer: inout [UInt8], from offset: Int) throws(SystemError) -> Int {
        let room = buffer.count - offset
        precondition(offset >= 0 && room > 0, "no room to read into")
        return try systemCall("read") {
            // SAFETY: the array has `room` bytes after `offset`, as checked above.
            unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(rawValue, $0.baseAddress?.advanced(by: offset), room)
            }
        }
    }

    /// Reads to the end of the file, but at most `limit` bytes.
    package func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, try read(into: &bytes, limit: min(limit - bytes.count, 4096)) > 0 {}
        return bytes
    }

    /// Writes all bytes, with as many calls of write(2) as needed; no SIGPIPE if that is ignored.
    package func writeAll(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.extracting(droppingFirst: written)
            written += try systemCall("write") {
                // SAFETY: the call gets the length of the span.
                unsafe rest.withUnsafeBufferPointer { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            }
        }
    }
}
