internal import Authentication

extension Secret {
    /// Has a C function write `count` bytes; `nil` when `write` says that it did not.
    init?(count: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Bool) {
        var isWritten = false
        self.init(capacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
                // SAFETY: the buffer has room for `count` bytes, all of which are zero before `write` sees them.
                unsafe buffer.initialize(repeating: 0)
                isWritten = unsafe write(buffer)
                initializedCount = count
            }
        }
        guard isWritten else { return nil }
    }
}
