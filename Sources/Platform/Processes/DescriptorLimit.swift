internal import Glibc

/// The limit on the process's descriptors; `RLIMIT_NOFILE`, getrlimit(2).
package enum DescriptorLimit {
    /// Raises the limit as far as the process may, and returns it.
    package static func raised() -> Int {
        var limit = rlimit()
        // SAFETY: the calls fill and read this one variable.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = min(limit.rlim_max, 1_048_576)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
