internal import Glibc
internal import Platform

/// Why the daemon does not start, or rejects new settings.
enum StartFailure: Error {
    /// Another instance holds a run directory.
    case held(SystemError)
    /// Lines that describe the problem and its solution.
    case reason([String])

    /// The function name for the log, from the releases of Cyrus saslauthd that log names.
    var function: String {
        switch self {
        case .held: "detach_tty"
        case .reason(let lines) where lines[0].hasPrefix("unknown authentication mechanism"): "set_auth_mech"
        case .reason: "main"
        }
    }

    var lines: [String] {
        switch self {
        case .held(let error):
            [
                "could not lock pid file \(error.subject): \(error.reason)",
                "Cannot start saslauthd",
                "Another instance of saslauthd is currently running",
            ]
                + (ProcessLock.holderInSight(of: error.subject).map {
                    ["It is process \($0): stop it, or use another run directory (-m)"]
                } ?? [])
        case .reason(let lines): lines
        }
    }
}

extension ProcessLock {
    /// The process that holds the lock, if it is visible here.
    fileprivate static func holderInSight(of path: String) -> pid_t? {
        guard let holder = (try? holder(of: path)) ?? nil, holder > 0 else { return nil }
        return holder
    }
}
