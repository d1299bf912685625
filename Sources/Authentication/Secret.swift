import Glibc

/// A password or another value that must not outlive its use.
///
/// It has one owner, is overwritten when that owner is done with it, and has no description, so it cannot be printed.
///
/// Safe: the memory is allocated and freed here, never given out but as a span that borrows the owner.
@safe
package struct Secret: ~Copyable, @unchecked Sendable {
    /// The bytes, and a zero byte behind them.
    private let storage: UnsafeMutableBufferPointer<UInt8>
    package let count: Int

    /// Copies what `span` shows; the original stays the caller's to wipe.
    package init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }

    /// Lets `fill` write up to `capacity` bytes where they stay, so that no copy of them is left to wipe.
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

    /// Copies a terminated string; the original stays the caller's to wipe.
    package init(cString: UnsafePointer<CChar>) {
        // SAFETY: the caller's string ends with a zero byte.
        let bytes = unsafe UnsafeRawBufferPointer(start: cString, count: strlen(cString))
        self.init(copying: unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    package var isEmpty: Bool { count == 0 }

    /// The bytes, for as long as the secret is borrowed.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the storage lives as long as `self`, and all of it was written by `init`.
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: storage[..<count]))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Lends the bytes out as a C string, which a zero byte among them would end early.
    package func withCString<Result: ~Copyable>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe storage.withMemoryRebound(to: CChar.self) { characters in
            // SAFETY: there is one byte at the least, and the last one is zero.
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

/// Overwrites the memory behind `span` with zeros.
///
/// For buffers in which a password came or went. The caller owns that memory, and nobody reads it afterwards: what shows
/// the same bytes elsewhere, a copy-on-write twin for instance, shows zeros from now on. That is the purpose.
package func wipe(_ span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        // SAFETY: spans handed in are of heap buffers that were mutable when they were filled.
        unsafe explicit_bzero(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
}
