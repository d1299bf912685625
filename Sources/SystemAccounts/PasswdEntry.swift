package import Authentication
internal import Glibc
package import Platform

/// The fields of a passwd(5) entry that the mechanisms need.
package struct PasswdEntry: ~Copyable {
    /// The login as the system spells it.
    package let name: ByteString
    /// The second field: a hash, or `x` when the hash is in shadow(5).
    package let hash: Secret

    /// Whether the hash is in shadow(5).
    package var isShadowed: Bool { hash.count == 1 && hash.span[0] == UInt8(ascii: "x") }

    /// Looks `login` up with getpwnam_r(3); `nil` when there is no such account.
    package static func find(_ login: ByteString) throws(SystemError) -> PasswdEntry? {
        unsafe try NameService.entry("getpwnam", of: login, empty: passwd(), getpwnam_r) { entry in
            unsafe PasswdEntry(name: NameService.name(entry.pw_name), hash: NameService.secret(entry.pw_passwd))
        }
    }
}
