package import Authentication
internal import CCrypto

/// The digests used for stored passwords.
package enum DigestAlgorithm: Hashable, Sendable, CaseIterable {
    case md5, sha1, sha256, sha384, sha512

    /// The length of a digest, in bytes.
    package var length: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The digest of `message` followed by `more`; `nil` when OpenSSL does not offer this digest.
    package func digest(_ message: Span<UInt8>, _ more: Span<UInt8> = Span()) -> Secret? {
        guard let context = DigestContext(self) else { return nil }
        return context.digest(message, more)
    }

    /// The HMAC of `message` under `key`; `nil` when OpenSSL does not offer this digest, or the key is empty.
    package func hmac(key: Span<UInt8>, _ message: Span<UInt8>) -> Secret? {
        guard !key.isEmpty else { return nil }
        return unsafe Secret(count: length) { output in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe message.withUnsafeBufferPointer { message in
                    // SAFETY: the sizes are those of the buffers, and the output has room for a whole digest.
                    unsafe HMAC(
                        function,
                        key.baseAddress,
                        CInt(key.count),
                        message.baseAddress,
                        message.count,
                        output.baseAddress,
                        nil
                    ) != nil
                }
            }
        }
    }

    /// `count` bytes of PBKDF2 (RFC 8018) with the HMAC of this digest; `nil` when that is impossible.
    ///
    /// The time is proportional to `rounds` times the number of digests in `count`.
    package func pbkdf2(_ password: Span<UInt8>, salt: Span<UInt8>, rounds: Int, count: Int) -> Secret? {
        guard let rounds = CInt(exactly: rounds), rounds > 0, let size = CInt(exactly: count) else { return nil }
        return unsafe Secret(count: count) { output in
            unsafe password.withUnsafeBytes { password in
                unsafe salt.withUnsafeBufferPointer { salt in
                    // SAFETY: the sizes are those of the buffers.
                    unsafe PKCS5_PBKDF2_HMAC(
                        password.bindMemory(to: CChar.self).baseAddress,
                        CInt(password.count),
                        salt.baseAddress,
                        CInt(salt.count),
                        rounds,
                        function,
                        size,
                        output.baseAddress
                    ) == 1
                }
            }
        }
    }

    /// The digest's name in OpenSSL.
    var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA2-256"
        case .sha384: "SHA2-384"
        case .sha512: "SHA2-512"
        }
    }

    private var function: OpaquePointer? {
        // SAFETY: the results are static tables of the library, which are never freed.
        switch self {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
