/// The variables of the environment by which our processes tell each other what they are started for.
package enum EnvironmentVariable: String, CaseIterable, Sendable {
    case mechanism = "SASLAUTHD_MECHANISM"
    case user = "SASLAUTHD_USER"
    case timeout = "SASLAUTHD_TIMEOUT"
    case verbose = "SASLAUTHD_VERBOSE"
    case trial = "SASLAUTHD_TRIAL"
    case version = "SASLAUTHD_VERSION"
    /// Of a daemon that leaves the terminal: the descriptor on which it reports that it is ready.
    case ready = "SASLAUTHD_READY"

    /// How all names begin; what else begins so in the daemon's own environment is not passed on.
    package static let prefix = "SASLAUTHD_"

    /// The variable with a value, as execve(2) takes it.
    package func assignment(_ value: String = "1") -> String { "\(rawValue)=\(value)" }
}
