package import Glibc

/// How a child ended.
package enum ProcessEnd: Hashable, Sendable, CustomStringConvertible {
    case exited(CInt)
    case killed(signal: CInt)

    package init(status: CInt) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }

    package var description: String {
        switch self {
        case .exited(let code): "exited with \(code)"
        case .killed(let signal): "was killed by signal \(signal)"
        }
    }

    /// A child that ended and was not yet reaped; `nil` when there is none.
    package static func reap() -> (pid: pid_t, end: ProcessEnd)? {
        var status: CInt = 0
        // SAFETY: one variable for the one value that the call fills.
        let pid = unsafe waitpid(-1, &status, WNOHANG)
        return pid > 0 ? (pid, ProcessEnd(status: status)) : nil
    }
}
