package import Authentication
internal import CCrypto

extension Secret {
    /// Whether the bytes are the same; takes as long for those that differ at the start as for those that do at the end.
    package func isEqual(to other: borrowing Secret) -> Bool {
        isEqual(to: other.span)
    }

    /// Whether `other` shows the same bytes, likewise.
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        let mine = span
        return unsafe mine.withUnsafeBufferPointer { mine in
            unsafe other.withUnsafeBufferPointer { other in
                guard let first = mine.baseAddress, let second = other.baseAddress else { return true }
                // SAFETY: both have as many bytes as the call is told.
                return unsafe CRYPTO_memcmp(first, second, mine.count) == 0
            }
        }
    }
}
