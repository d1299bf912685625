import Glibc

/// A password or another value that must not outlive its use.
///
/// It has one owner, is overwritten when that owner is done with it, and has no description, so it cannot be printed.
///
/// Safe: the memory is allocated and freed here, never given out but as a span that borrows the owner.
@safe
package struct Secret: ~Copyable, @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<UInt8>

    /// Copies what `span` shows; the original stays the caller's to wipe.
    package init(copying span: Span<UInt8>) {
        unsafe storage = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: span.count)
        for index in span.indices {
            // SAFETY: `storage` has room for as many bytes as `span` shows, and `UInt8` needs no initialization.
            unsafe storage[index] = span[index]
        }
    }

    package var count: Int { unsafe storage.count }
    package var isEmpty: Bool { count == 0 }

    /// The bytes, for as long as the secret is borrowed.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the storage lives as long as `self`, and all of it was written by `init`.
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(storage))
            return unsafe _overrideLifetime(span, borrowing: self)
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
