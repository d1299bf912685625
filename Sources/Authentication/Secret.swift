import Glibc

/// A password or another value that must not outlive its use.
///
/// It has one owner and is overwritten when its lifetime ends. It has no description, so it cannot be printed.
///
/// Safe: it allocates and frees its memory, and hands it out only as a span that borrows the owner.
@safe
package struct Secret: ~Copyable, @unchecked Sendable {
    /// The bytes, and a zero byte after them.
    private let storage: UnsafeMutableBufferPointer<UInt8>
    package let count: Int

    /// Copies the bytes of `span`; the caller wipes its own copy.
    package init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }

    /// Lets `fill` write up to `capacity` bytes into the secret's own memory, so that no copy is left to wipe.
    package init(capacity: Int, initializingWith fill: (inout OutputSpan<UInt8>) -> Void) {
        unsafe storage = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity + 1)
        let room = unsafe UnsafeMutableBufferPointer(rebasing: storage[..<capacity])
        // SAFETY: nothing else refers to the memory, and `finalize` ends the output's use of it.
        var output = unsafe OutputSpan(buffer: room, initializedCount: 0)
        fill(&output)
        count = unsafe output.finalize(for: room)
        // SAFETY: `storage` has one byte more than the output had room for; bytes need no initialization.
        for index in count...capacity { unsafe storage[index] = 0 }
    }

    /// Copies a null-terminated string; the caller wipes its own copy.
    package init(cString: UnsafePointer<CChar>) {
        // SAFETY: the caller's string ends with a zero byte.
        let bytes = unsafe UnsafeRawBufferPointer(start: cString, count: strlen(cString))
        self.init(copying: unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    package var isEmpty: Bool { count == 0 }

    /// The bytes, while the secret is borrowed.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the storage lives as long as `self`, and all of it was written by `init`.
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: storage[..<count]))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Lends the bytes as a C string; a zero byte among them ends it early.
    package func withCString<Result: ~Copyable>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe storage.withMemoryRebound(to: CChar.self) { characters in
            // SAFETY: there is at least one byte, and the last one is zero.
            unsafe body(UnsafePointer(characters.baseAddress.unsafelyUnwrapped))
        }
    }

    deinit {
        guard let base = unsafe storage.baseAddress else { return }
        // SAFETY: `self` is the sole owner, and nothing borrows it any more.
        unsafe explicit_bzero(base, storage.count)
        unsafe storage.deallocate()
    }
}

/// Overwrites the memory of `span` with zeros.
///
/// For buffers that held a password. The caller owns the memory and does not read it afterwards. Copy-on-write copies
/// that share the memory become zero too, which is intended.
package func wipe(_ span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        // SAFETY: callers pass spans of heap buffers that were mutable when they were filled.
        unsafe explicit_bzero(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
}
