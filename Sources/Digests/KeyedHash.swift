package import Authentication
internal import CCrypto
internal import Glibc

/// HMAC-SHA-256 (RFC 2104) of sequences of byte strings, under a secret key.
///
/// Safe: both handles are made and freed here and never given out.
@safe
package struct KeyedHash: ~Copyable {
    /// The first half of a result; two different sequences have equal values with a probability of 2⁻¹²⁸.
    package struct Value: Hashable, Sendable {
        package let high: UInt64
        package let low: UInt64

        package init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }

        /// The length of a value, in bytes.
        package static let length = 16

        /// Appends the bytes, in the order in which HMAC gives them.
        package func append(to output: inout OutputSpan<UInt8>) {
            for half in [high, low] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    output.append(UInt8(truncatingIfNeeded: half >> UInt64(shift)))
                }
            }
        }
    }

    /// The length of a key, and of a whole result, in bytes.
    package static let keyLength = 32

    private let function: OpaquePointer
    private let context: OpaquePointer

    private init(_ function: OpaquePointer, _ context: OpaquePointer) {
        unsafe self.function = function
        unsafe self.context = context
    }

    /// A random key; `nil` when the system has no random numbers.
    package static func newKey() -> Secret? {
        var key = [UInt8](repeating: 0, count: keyLength)
        defer { wipe(key.span) }
        // SAFETY: the size is that of the array.
        guard unsafe RAND_priv_bytes(&key, CInt(key.count)) == 1 else { return nil }
        return Secret(copying: key.span)
    }

    /// A hash with a new key; `nil` when OpenSSL does not offer the function, or the system has no random numbers.
    package static func withNewKey() -> KeyedHash? {
        switch newKey() {
        case .some(let key): make(key: key)
        case nil: nil
        }
    }

    /// A hash with a key of `keyLength` bytes; `nil` when OpenSSL does not offer the function.
    package static func make(key: borrowing Secret) -> KeyedHash? {
        // SAFETY: the name is a terminated string; both results are checked and freed, here or by `deinit`.
        guard let function = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else { return nil }
        guard let context = unsafe EVP_MAC_CTX_new(function) else {
            // SAFETY: made above and not shared.
            unsafe EVP_MAC_free(function)
            return nil
        }
        let hash = unsafe KeyedHash(function, context)
        guard hash.setKey(key) else { return nil }
        return hash
    }

    /// The value of a sequence, whose parts `body` adds one by one.
    ///
    /// The length of each part is hashed too, so that moving bytes from one part to the next changes the value.
    package func value(of body: (borrowing Parts) -> Void) -> Value {
        // SAFETY: the context already has a key and a digest.
        guard unsafe EVP_MAC_init(context, nil, 0, nil) == 1 else { fatalError("OpenSSL cannot begin an HMAC") }
        body(unsafe Parts(context))
        var result = [UInt8](repeating: 0, count: Self.keyLength)
        var length = 0
        // SAFETY: the size is that of the array.
        guard unsafe EVP_MAC_final(context, &result, &length, result.count) == 1, length == result.count else {
            fatalError("OpenSSL cannot finish an HMAC")
        }
        return Value(high: Self.number(result[..<8]), low: Self.number(result[8..<16]))
    }

    /// Takes the parts of a sequence.
    @safe
    package struct Parts: ~Copyable {
        private let context: OpaquePointer

        fileprivate init(_ context: OpaquePointer) {
            unsafe self.context = context
        }

        package func add(_ part: Span<UInt8>) {
            var length = UInt64(part.count).bigEndian
            // SAFETY: both sizes are those of the buffers.
            let isAdded =
                unsafe withUnsafeBytes(of: &length) { unsafe add($0) } && part.withUnsafeBytes { unsafe add($0) }
            guard isAdded else { fatalError("OpenSSL cannot continue an HMAC") }
        }

        private func add(_ bytes: UnsafeRawBufferPointer) -> Bool {
            unsafe EVP_MAC_update(context, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count) == 1
        }
    }

    private func setKey(_ key: borrowing Secret) -> Bool {
        let name = Array("digest".utf8CString)
        var digest = Array("SHA2-256".utf8CString)
        let key = key.span
        return unsafe name.withUnsafeBufferPointer { name in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                // SAFETY: both strings outlive the call that reads the parameters, and the list has an end marker.
                var parameters = unsafe [
                    OSSL_PARAM_construct_utf8_string(name.baseAddress, digest.baseAddress, 0),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe key.withUnsafeBufferPointer { key in
                    // SAFETY: the size is that of the key.
                    unsafe EVP_MAC_init(context, key.baseAddress, key.count, &parameters) == 1
                }
            }
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    deinit {
        // SAFETY: `self` is the sole owner. Freeing wipes the key.
        unsafe EVP_MAC_CTX_free(context)
        unsafe EVP_MAC_free(function)
    }
}
