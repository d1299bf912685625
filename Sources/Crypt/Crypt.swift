package import Authentication
internal import CCrypt
internal import Digests
internal import Glibc

/// crypt(3) with a buffer of its own, which is wiped after each use.
///
/// Safe: the memory is allocated and freed here and never given out.
@safe
package struct Crypt: ~Copyable, @unchecked Sendable {
    /// 32 KiB: too much for a stack.
    private let data: UnsafeMutablePointer<crypt_data>

    package init() {
        unsafe data = .allocate(capacity: 1)
        wipeData()
    }

    /// Whether `password` hashes to `stored`, in any form of crypt(5) that the system's libcrypt supports.
    ///
    /// `nil` when nothing was computed: the hash is empty, locked with `!` or `*`, or of an unknown form, or the
    /// password is longer than crypt(3) accepts (511 bytes). The hash determines the cost, which is not limited here.
    package mutating func matches(_ password: borrowing Secret, _ stored: borrowing Secret) -> Bool? {
        guard !stored.isEmpty, stored.span[0] != UInt8(ascii: "*"), stored.span[0] != UInt8(ascii: "!") else {
            return nil
        }
        let computed: Secret? = unsafe password.withCString { phrase in
            unsafe stored.withCString { setting in
                // SAFETY: both strings and the result are terminated, and the size is that of the buffer.
                unsafe crypt_rn(phrase, setting, data, CInt(MemoryLayout<crypt_data>.size)).map {
                    unsafe Secret(cString: $0)
                }
            }
        }
        wipeData()
        guard let computed else { return nil }
        return computed.isEqual(to: stored)
    }

    private func wipeData() {
        // SAFETY: `self` owns the buffer, and the size is its own. crypt(3) expects a zeroed buffer at first use.
        unsafe explicit_bzero(data, MemoryLayout<crypt_data>.size)
    }

    deinit {
        wipeData()
        unsafe data.deallocate()
    }
}
