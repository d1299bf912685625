/// The environment variables with which our processes start each other.
package enum EnvironmentVariable: String, CaseIterable, Sendable {
    case mechanism = "SASLAUTHD_MECHANISM"
    case user = "SASLAUTHD_USER"
    case timeout = "SASLAUTHD_TIMEOUT"
    case verbose = "SASLAUTHD_VERBOSE"
    case trial = "SASLAUTHD_TRIAL"
    case version = "SASLAUTHD_VERSION"
    /// For a daemon that detaches: the descriptor on which it reports that it is ready.
    case ready = "SASLAUTHD_READY"

    /// The common prefix; the daemon removes variables with it from the environment that it passes on.
    package static let prefix = "SASLAUTHD_"

    /// The variable with a value, in the form for execve(2).
    package func assignment(_ value: String = "1") -> String { "\(rawValue)=\(value)" }
}
