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
        case .frontendEnded(let pid, let end): "the frontend (\(pid)) \(end) and is started again"
        case .frontendOfOtherVersion(let reason): reason
        case .frontendKilled(let pid, let fault): "the frontend (\(pid)) \(fault) and is killed"
        case .frontendNotStarted(let reason, let pause):
            "the frontend cannot be started: \(reason); next try in \(pause) ms"
        case .workerEnded(let pid, let program, let end): "worker \(pid) (\(program)) \(end)"
        case .workerStayed(let pid, let program):
            "worker \(pid) (\(program)) did not exit when its connection was closed and is killed"
        case .workerNotStarted(let program, let reason): "no worker (\(program)) can be started now: \(reason)"
        case .leftoverKilled: "what was to finish after a reload has not, and is killed"
        case .reloadFailed(let reason): "reload refused, the settings from before stay: \(reason)"
        case .startFailed(let reason): reason
        case .exited(let pid): "master exited: \(pid)"
        }
    }
}
