internal import CPlatform
internal import Glibc

/// Irrevocable reductions of a process's privileges.
package enum Rights {
    /// Switches to `account`: sets its groups, gid and uid, verifies them, and sets `no_new_privs`.
    ///
    /// If `file` exists and the account may not read it, the process keeps `CAP_DAC_READ_SEARCH`, capabilities(7), and
    /// no other capability.
    package static func giveUp(to account: Account, butRead file: String?) throws(SystemError) {
        try systemCall("prctl") { cplatform_keep_capabilities() }
        // SAFETY: the call gets the length of the array.
        try systemCall("setgroups") { unsafe setgroups(account.groups.count, account.groups) }
        try systemCall("setresgid") { cplatform_set_group(account.gid) }
        try systemCall("setresuid") { cplatform_set_user(account.uid) }
        let isAccount = cplatform_is_user(account.uid) == 1 && cplatform_is_group(account.gid) == 1
        precondition(isAccount, "privileges were not dropped")
        try systemCall("capset") { cplatform_reduce_capabilities(file.map(isUnreadable) ?? false) }
        try forbidNewPrivileges()
    }

    /// Sets `no_new_privs`: no program started from here gains privileges, prctl(2).
    package static func forbidNewPrivileges() throws(SystemError) {
        try systemCall("prctl") { cplatform_no_new_privileges() }
    }

    /// Disables core files of this process and tracing by its own account, because passwords pass through its memory.
    package static func forbidCoreFiles() throws(SystemError) {
        try systemCall("prctl") { cplatform_no_core_dumps() }
    }

    /// Disables core files of this process and its children; `RLIMIT_CORE`, getrlimit(2).
    package static func forbidCoreFilesOfAll() throws(SystemError) {
        var none = rlimit()
        // SAFETY: the call reads this one variable.
        try systemCall("setrlimit") { unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) }
    }

    private static func isUnreadable(_ file: String) -> Bool {
        // SAFETY: the path is a null-terminated string during the call.
        unsafe faccessat(AT_FDCWD, file, R_OK, AT_EACCESS) != 0 && errno == EACCES
    }
}
