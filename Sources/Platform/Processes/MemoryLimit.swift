internal import Glibc

/// The limit on the process's address space; `RLIMIT_AS`, setrlimit(2).
///
/// For programs that pass untrusted input to libraries. A library that trusts a length in its input could use up the
/// machine's memory; with a limit, the allocation fails or only this process dies.
package enum MemoryLimit {
    /// Limits the address space to `bytes` more than it is now, permanently.
    ///
    /// Does not raise a lower limit.
    package static func allow(furtherBytes bytes: Int) {
        let present = (try? addressSpace()) ?? 0
        let wanted = rlim_t(clamping: present.addingReportingOverflow(bytes).partialValue)
        let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
        var limit = rlimit()
        // SAFETY: the calls fill and read this one variable.
        guard unsafe getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_max = min(limit.rlim_max, wanted)
        limit.rlim_cur = min(limit.rlim_cur, limit.rlim_max)
        // SAFETY: the call reads this one variable. Lowering a limit needs no privilege.
        unsafe setrlimit(resource, &limit)
    }

    /// The address space in use, in bytes; proc(5).
    private static func addressSpace() throws(SystemError) -> Int {
        let text = try OwnedDescriptor.open("/proc/self/statm", O_RDONLY).readAll(limit: 128)
        let pages = String(decoding: text.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        return (Int(pages) ?? 0) * sysconf(CInt(_SC_PAGESIZE))
    }
}
