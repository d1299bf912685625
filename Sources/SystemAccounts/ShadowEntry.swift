package import Authentication
internal import CShadow
internal import Digests
package import Platform

/// The fields of a shadow(5) entry that the mechanisms need.
package struct ShadowEntry: ~Copyable {
    /// The login as the system spells it.
    package let name: ByteString
    package let hash: Secret
    package let validity: Validity

    /// Whether the name service withholds the hash: NIS+ clients without rights get `*NP*`.
    package var isWithheld: Bool {
        let mark = Array("*NP*".utf8)
        return hash.isEqual(to: mark.span)
    }

    /// Looks `login` up with getspnam_r(3); `nil` when there is no such entry.
    package static func find(_ login: ByteString) throws(SystemError) -> ShadowEntry? {
        unsafe try NameService.entry("getspnam", of: login, empty: spwd(), getspnam_r) { entry in
            unsafe ShadowEntry(
                name: NameService.name(entry.sp_namp),
                hash: NameService.secret(entry.sp_pwdp),
                validity: Validity(
                    lastChange: entry.sp_lstchg,
                    maximum: entry.sp_max,
                    expiry: entry.sp_expire,
                    inactive: entry.sp_inact
                )
            )
        }
    }
}
