internal import CPlatform
package import Glibc

/// An account of the system, passwd(5).
package struct Account: Hashable, Sendable {
    package let name: String
    package let uid: uid_t
    package let gid: gid_t
    /// All groups of the account, including `gid`.
    package let groups: [gid_t]

    /// Looks up the account with getpwnam_r(3) and getgrouplist(3); `nil` if it does not exist.
    package init?(named name: String) throws(SystemError) {
        var record = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        // SAFETY: the call gets the length of the buffer, which outlives the use of `record` below.
        let status = unsafe getpwnam_r(name, &record, &buffer, buffer.count, &found)
        guard status == 0 else { throw SystemError("getpwnam", on: name, number: status) }
        guard unsafe found != nil else { return nil }
        self.name = name
        uid = unsafe record.pw_uid
        gid = unsafe record.pw_gid
        var list = [gid_t](repeating: 0, count: 1024)
        var count = CInt(list.count)
        // SAFETY: `count` is the length of the list.
        guard unsafe getgrouplist(name, gid, &list, &count) >= 0 else {
            throw SystemError("getgrouplist", on: name, number: E2BIG)
        }
        groups = Array(list[..<Int(count)])
    }

    /// The name of an account, or its number if it has no name; getpwuid_r(3).
    package static func name(of uid: uid_t) -> String {
        var record = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        // SAFETY: the call gets the length of the buffer, which outlives the use of `record` below.
        let status = unsafe getpwuid_r(uid, &record, &buffer, buffer.count, &found)
        guard status == 0, unsafe found != nil else { return String(uid) }
        return unsafe String(cString: record.pw_name)
    }

    /// Whether the process runs as root.
    package static var isRoot: Bool { geteuid() == 0 }
}
