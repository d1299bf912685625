package import Authentication
internal import CCrypto

extension Secret {
    /// Whether the bytes are equal; the time does not depend on where they differ.
    package func isEqual(to other: borrowing Secret) -> Bool {
        isEqual(to: other.span)
    }

    /// Whether the bytes equal those of `other`; the time does not depend on where they differ.
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        let mine = span
        return unsafe mine.withUnsafeBufferPointer { mine in
            unsafe other.withUnsafeBufferPointer { other in
                guard let first = mine.baseAddress, let second = other.baseAddress else { return true }
                // SAFETY: the size is that of both buffers.
                return unsafe CRYPTO_memcmp(first, second, mine.count) == 0
            }
        }
    }
}
