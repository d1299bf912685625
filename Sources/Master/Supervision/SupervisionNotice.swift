internal import Glibc
internal import Logging
internal import Platform

/// The log lines of the supervision.
enum SupervisionNotice: Equatable {
    case frontendEnded(pid_t, ProcessEnd)
    case frontendOfOtherVersion(String)
    case frontendKilled(pid_t, fault: String)
    case frontendNotStarted(reason: String, pause: Int)
    case workerEnded(pid_t, program: String, ProcessEnd)
    case workerStayed(pid_t, program: String)
    case workerNotStarted(program: String, reason: String)
    case leftoverKilled
    case reloadFailed(reason: String)
    case startFailed(reason: String)
    case exited(pid_t)

    var level: Logger.Level {
        switch self {
        case .workerEnded, .workerNotStarted: .warning
        case .startFailed: .critical
        case .exited: .info
        default: .error
        }
    }

    /// The function of Cyrus saslauthd that logs the same line.
    var function: String? { if case .exited = self { "server_exit" } else { nil } }

    var text: String {
        switch self {
        case .frontendEnded(let pid, let end): "the frontend (\(pid)) \(end); restarting it"
        case .frontendOfOtherVersion(let reason): reason
        case .frontendKilled(let pid, let fault): "the frontend (\(pid)) \(fault); killing it"
        case .frontendNotStarted(let reason, let pause):
            "cannot start the frontend: \(reason); trying again in \(pause) ms"
        case .workerEnded(let pid, let program, let end): "worker \(pid) (\(program)) \(end)"
        case .workerStayed(let pid, let program):
            "worker \(pid) (\(program)) did not exit within \(WorkerCensus.exitTime / 1_000) s; killing it"
        case .workerNotStarted(let program, let reason): "cannot start a worker (\(program)) now: \(reason)"
        case .leftoverKilled: "the old frontend did not finish in time after the reload; killing it"
        case .reloadFailed(let reason): "reload failed, keeping the current settings: \(reason)"
        case .startFailed(let reason): reason
        case .exited(let pid): "master exited: \(pid)"
        }
    }
}
