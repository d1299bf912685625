internal import CPlatform
package import Glibc

/// A file descriptor with one owner, closed at that owner's end.
package struct OwnedDescriptor: ~Copyable, Sendable {
    /// For the length of one system call; never keep it.
    package let rawValue: CInt

    /// Takes over a descriptor that nobody else closes.
    package init(adopting rawValue: CInt) {
        self.rawValue = rawValue
    }

    deinit {
        // Closed already means closed by one who did not own it, and the number may be another's by now.
        guard close(rawValue) == 0 || errno != EBADF else { fatalError("descriptor \(rawValue) is not open") }
    }
}

extension OwnedDescriptor {
    /// open(2), close-on-exec.
    package static func open(_ path: String, _ flags: CInt, mode: mode_t = 0) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the path is a terminated string for the length of the call.
        OwnedDescriptor(
            adopting: try systemCall("open", on: path) { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
        )
    }

    /// A copy of descriptor `number`, which stays its owner's; dup(2), close-on-exec.
    package static func copy(of number: CInt) throws(SystemError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try systemCall("dup") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }

    /// Has calls on it wait no more; `O_NONBLOCK`, fcntl(2).
    package func becomeNonblocking() throws(SystemError) {
        let flags = try systemCall("fcntl") { fcntl(rawValue, F_GETFL) }
        try systemCall("fcntl") { fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) }
    }

    /// A file in memory that holds `text` and is read from its beginning; memfd_create(2).
    package static func memory(named name: String, holding text: String) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the name is a terminated string for the length of the call.
        let file = OwnedDescriptor(adopting: try systemCall("memfd_create") { unsafe cplatform_memfd(name) })
        try file.writeAll(Array(text.utf8).span)
        try systemCall("lseek") { lseek(file.rawValue, 0, SEEK_SET) }
        return file
    }

    /// read(2): appends at most `limit` bytes to `bytes` and says how many; 0 is the end.
    package func read(into bytes: inout [UInt8], limit: Int) throws(SystemError) -> Int {
        var chunk = [UInt8](repeating: 0, count: limit)
        // SAFETY: the buffer is as long as the call is told.
        let count = try systemCall("read") { unsafe Glibc.read(rawValue, &chunk, limit) }
        bytes.append(contentsOf: chunk[..<count])
        return count
    }

    /// read(2) into `buffer` from `offset` on, as much as there is room; says how many bytes, 0 at the end.
    package func read(into buffer: inout [UInt8], from offset: Int) throws(SystemError) -> Int {
        let room = buffer.count - offset
        precondition(offset >= 0 && room > 0, "no room to read into")
        return try systemCall("read") {
            // SAFETY: the array has `room` bytes behind `offset`, as checked above.
            unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(rawValue, $0.baseAddress?.advanced(by: offset), room)
            }
        }
    }

    /// Reads to the end of the file, at most `limit` bytes.
    package func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, try read(into: &bytes, limit: min(limit - bytes.count, 4096)) > 0 {}
        return bytes
    }

    /// write(2), as often as it takes, without SIGPIPE where it is ignored.
    package func writeAll(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.extracting(droppingFirst: written)
            written += try systemCall("write") {
                // SAFETY: the span shows as many bytes as the call is told.
                unsafe rest.withUnsafeBufferPointer { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            }
        }
    }
}
