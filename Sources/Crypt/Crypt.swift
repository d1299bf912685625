package import Authentication
internal import CCrypt
internal import Digests
internal import Glibc

/// crypt(3) with memory of its own, which is wiped after each use.
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

    /// Whether `password` makes the hash `stored`, in any form that crypt(5) names and the system's libcrypt has.
    ///
    /// `nil` when nothing was computed: the hash is empty, locked with `!` or `*`, or of an unknown form, or the password is
    /// longer than crypt(3) takes (511 bytes). May take as long as the hash asks for.
    package mutating func matches(_ password: borrowing Secret, _ stored: borrowing Secret) -> Bool? {
        guard !stored.isEmpty, stored.span[0] != UInt8(ascii: "*"), stored.span[0] != UInt8(ascii: "!") else {
            return nil
        }
        let computed: Secret? = unsafe password.withCString { phrase in
            unsafe stored.withCString { setting in
                // SAFETY: both strings are terminated, and the memory is as large as the call is told; so is what comes of it.
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
        // SAFETY: `self` owns the memory, which is as large as the call is told; zeros are what crypt(3) wants to begin with.
        unsafe explicit_bzero(data, MemoryLayout<crypt_data>.size)
    }

    deinit {
        wipeData()
        unsafe data.deallocate()
    }
}
