internal import Glibc

extension OwnedDescriptor {
    /// Reads from `offset` in the file into the beginning of `buffer`, up to its size, and returns the number of bytes;
    /// pread(2).
    package func read(into buffer: inout [UInt8], at offset: Int) throws(SystemError) -> Int {
        var count = 0
        while count < buffer.count {
            let room = buffer.count - count
            // SAFETY: the array has `room` bytes after the first `count`.
            let size = try systemCall("pread") {
                unsafe buffer.withUnsafeMutableBytes {
                    unsafe pread(rawValue, $0.baseAddress?.advanced(by: count), room, off_t(offset + count))
                }
            }
            if size == 0 { break }
            count += size
        }
        return count
    }

    /// Writes once, at `offset` in the file, and returns the number of bytes written; pwrite(2).
    package func write(_ bytes: Span<UInt8>, at offset: Int) throws(SystemError) -> Int {
        try systemCall("pwrite") {
            // SAFETY: the call gets the length of the span.
            unsafe bytes.withUnsafeBufferPointer { unsafe pwrite(rawValue, $0.baseAddress, $0.count, off_t(offset)) }
        }
    }
}
