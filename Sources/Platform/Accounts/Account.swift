internal import CPlatform
package import Glibc

/// An account of the system, passwd(5).
package struct Account: Hashable, Sendable {
    package let name: String
    package let uid: uid_t
    package let gid: gid_t
    /// The groups that the account belongs to, `gid` among them.
    package let groups: [gid_t]

    /// Looks the account up with getpwnam_r(3) and getgrouplist(3); `nil` when there is none of that name.
    package init?(named name: String) throws(SystemError) {
        var record = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        // SAFETY: the buffer is as long as the call is told, and outlives the use of `record` below.
        let status = unsafe getpwnam_r(name, &record, &buffer, buffer.count, &found)
        guard status == 0 else { throw SystemError("getpwnam", on: name, number: status) }
        guard unsafe found != nil else { return nil }
        self.name = name
        uid = unsafe record.pw_uid
        gid = unsafe record.pw_gid
        var list = [gid_t](repeating: 0, count: 1024)
        var count = CInt(list.count)
        // SAFETY: the list is as long as `count` says.
        guard unsafe getgrouplist(name, gid, &list, &count) >= 0 else {
            throw SystemError("getgrouplist", on: name, number: E2BIG)
        }
        groups = Array(list[..<Int(count)])
    }

    /// The name of an account, or its number where it has none; getpwuid_r(3).
    package static func name(of uid: uid_t) -> String {
        var record = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        // SAFETY: the buffer is as long as the call is told, and outlives the use of `record` below.
        let status = unsafe getpwuid_r(uid, &record, &buffer, buffer.count, &found)
        guard status == 0, unsafe found != nil else { return String(uid) }
        return unsafe String(cString: record.pw_name)
    }

    /// Whether the process runs as root.
    package static var isRoot: Bool { geteuid() == 0 }
}
