internal import CPlatform
internal import Glibc

/// What a process gives up, for good.
package enum Rights {
    /// Becomes `account`: groups, then group, then user, then checked; sets `no_new_privs`.
    ///
    /// Where `file` exists and the account may not read it, the right to read any file is kept (`CAP_DAC_READ_SEARCH`,
    /// capabilities(7)), and no other.
    package static func giveUp(to account: Account, butRead file: String?) throws(SystemError) {
        try systemCall("prctl") { cplatform_keep_capabilities() }
        // SAFETY: the array is as long as the call is told.
        try systemCall("setgroups") { unsafe setgroups(account.groups.count, account.groups) }
        try systemCall("setresgid") { cplatform_set_group(account.gid) }
        try systemCall("setresuid") { cplatform_set_user(account.uid) }
        let isAccount = cplatform_is_user(account.uid) == 1 && cplatform_is_group(account.gid) == 1
        precondition(isAccount, "rights were not given up")
        try systemCall("capset") { cplatform_reduce_capabilities(file.map(isUnreadable) ?? false) }
        try forbidNewPrivileges()
    }

    /// Sets `no_new_privs`: no program started from here gains rights, prctl(2).
    package static func forbidNewPrivileges() throws(SystemError) {
        try systemCall("prctl") { cplatform_no_new_privileges() }
    }

    /// Makes sure that no core file of this process is written, and that others of its account cannot trace it: passwords pass through its memory.
    package static func forbidCoreFiles() throws(SystemError) {
        try systemCall("prctl") { cplatform_no_core_dumps() }
    }

    /// Makes sure that no core file of this process is written, nor of those that it starts; `RLIMIT_CORE`, getrlimit(2).
    package static func forbidCoreFilesOfAll() throws(SystemError) {
        var none = rlimit()
        // SAFETY: one variable for the value that the call reads.
        try systemCall("setrlimit") { unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) }
    }

    private static func isUnreadable(_ file: String) -> Bool {
        // SAFETY: the path is a terminated string for the length of the call.
        unsafe faccessat(AT_FDCWD, file, R_OK, AT_EACCESS) != 0 && errno == EACCES
    }
}
