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

    /// Whether the process runs as root.
    package static var isRoot: Bool { geteuid() == 0 }
}

/// What a process gives up, for good.
package enum Rights {
    /// Becomes `account`: groups, then group, then user, then checked; sets `no_new_privs`.
    ///
    /// `extraGroups` are kept besides those of the account.
    package static func giveUp(to account: Account, keeping extraGroups: [gid_t] = []) throws(SystemError) {
        let groups = account.groups + extraGroups
        // SAFETY: the array is as long as the call is told.
        try systemCall("setgroups") { unsafe setgroups(groups.count, groups) }
        try systemCall("setresgid") { cplatform_set_group(account.gid) }
        try systemCall("setresuid") { cplatform_set_user(account.uid) }
        precondition(cplatform_is_user(account.uid) == 1 && cplatform_is_group(account.gid) == 1, "rights were not given up")
        try forbidNewPrivileges()
    }

    /// Sets `no_new_privs`: no program started from here gains rights, prctl(2).
    package static func forbidNewPrivileges() throws(SystemError) {
        try systemCall("prctl") { cplatform_no_new_privileges() }
    }

    /// Makes sure that no core file of this process is written: passwords pass through its memory.
    package static func forbidCoreFiles() throws(SystemError) {
        try systemCall("prctl") { cplatform_no_core_dumps() }
    }
}
