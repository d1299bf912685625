internal import Glibc

extension OwnedDescriptor {
    /// pread(2) into `buffer` from its beginning, of the bytes from `offset` on; says how many there were, at most what has room.
    package func read(into buffer: inout [UInt8], at offset: Int) throws(SystemError) -> Int {
        var count = 0
        while count < buffer.count {
            let room = buffer.count - count
            // SAFETY: the array has `room` bytes behind the first `count`.
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

    /// pwrite(2), once, from `offset` on; says how many bytes were written.
    package func write(_ bytes: Span<UInt8>, at offset: Int) throws(SystemError) -> Int {
        try systemCall("pwrite") {
            // SAFETY: the span shows as many bytes as the call is told.
            unsafe bytes.withUnsafeBufferPointer { unsafe pwrite(rawValue, $0.baseAddress, $0.count, off_t(offset)) }
        }
    }
}
