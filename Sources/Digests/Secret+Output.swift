internal import Authentication

extension Secret {
    /// Lets a C function write `count` bytes; `nil` when `write` returns false.
    init?(count: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Bool) {
        var isWritten = false
        self.init(capacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
                // SAFETY: the buffer has room for `count` bytes, and is zeroed before `write` sees it.
                unsafe buffer.initialize(repeating: 0)
                isWritten = unsafe write(buffer)
                initializedCount = count
            }
        }
        guard isWritten else { return nil }
    }
}
