package import Glibc

/// How a child process terminated.
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

    /// Reaps a child that has terminated; `nil` if there is none.
    package static func reap() -> (pid: pid_t, end: ProcessEnd)? {
        var status: CInt = 0
        // SAFETY: the call fills this one variable.
        let pid = unsafe waitpid(-1, &status, WNOHANG)
        return pid > 0 ? (pid, ProcessEnd(status: status)) : nil
    }
}
