internal import Glibc

/// How much memory the process may have; `RLIMIT_AS`, setrlimit(2).
///
/// For programs that hand other people's bytes to libraries: an allocation that fails is an error, or the end of one process, where a
/// library that believes a number in its input would take the memory of the whole machine.
package enum MemoryLimit {
    /// Lets the process have `bytes` more of addresses than it has now, for good.
    ///
    /// A limit that is lower already stays.
    package static func allow(furtherBytes bytes: Int) {
        let present = (try? addressSpace()) ?? 0
        let wanted = rlim_t(clamping: present.addingReportingOverflow(bytes).partialValue)
        let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
        var limit = rlimit()
        // SAFETY: one variable for the value that the calls fill and read.
        guard unsafe getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_max = min(limit.rlim_max, wanted)
        limit.rlim_cur = min(limit.rlim_cur, limit.rlim_max)
        // SAFETY: as above. Lowering a limit takes no right.
        unsafe setrlimit(resource, &limit)
    }

    /// The addresses that the process has in use, in bytes, proc(5).
    private static func addressSpace() throws(SystemError) -> Int {
        let text = try OwnedDescriptor.open("/proc/self/statm", O_RDONLY).readAll(limit: 128)
        let pages = String(decoding: text.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        return (Int(pages) ?? 0) * sysconf(CInt(_SC_PAGESIZE))
    }
}
