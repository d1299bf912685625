package import Authentication
internal import CCrypto

/// Computes many digests of one kind, without looking up the function each time.
///
/// Safe: both handles are made and freed here and never given out.
@safe
package struct DigestContext: ~Copyable {
    private let function: OpaquePointer
    private let context: OpaquePointer
    private let length: Int

    /// `nil` when OpenSSL does not offer this digest, such as MD5 in FIPS mode.
    package init?(_ algorithm: DigestAlgorithm) {
        // SAFETY: the name is a terminated string; both results are checked and freed by `deinit`.
        guard let function = unsafe EVP_MD_fetch(nil, algorithm.name, nil) else { return nil }
        guard let context = unsafe EVP_MD_CTX_new() else {
            // SAFETY: made above and not shared.
            unsafe EVP_MD_free(function)
            return nil
        }
        unsafe self.function = function
        unsafe self.context = context
        length = algorithm.length
    }

    /// The digest of `message` followed by `more`; `nil` when OpenSSL fails.
    package func digest(_ message: Span<UInt8>, _ more: Span<UInt8>) -> Secret? {
        unsafe Secret(count: length) { output in
            // SAFETY: the handles live as long as `self`, and the output has room for a whole digest.
            unsafe EVP_DigestInit_ex(context, function, nil) == 1 && add(message) && add(more)
                && EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
        }
    }

    private func add(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            // SAFETY: the size is that of the buffer.
            unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        }
    }

    deinit {
        // SAFETY: `self` is the sole owner. Freeing wipes what is left of the message.
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_free(function)
    }
}
