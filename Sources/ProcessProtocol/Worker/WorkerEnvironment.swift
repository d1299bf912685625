package import Authentication

/// The environment of a mechanism program, saslauthd-mechanism(7).
package struct WorkerEnvironment: Hashable, Sendable {
    /// The name of the mechanism.
    package var mechanism: String
    /// The account to switch to, if the daemon runs as root and the mechanism does not need to.
    package var accountName: String?
    /// After how many seconds clients get a temporary failure, `--timeout`.
    package var timeout: Int?
    /// Whether debug lines are wanted.
    package var isVerbose: Bool
    /// Whether a reload starts this program: an unreachable back end is then `unusable` rather than tried again.
    package var isOnTrial = false
    /// The version of the daemon; `nil` if another program that follows the documented protocol started this one.
    package var version: String?

    /// The environment for a program that this daemon starts.
    package init(mechanism: PluginName, accountName: String?, timeout: Int, isVerbose: Bool) {
        self.mechanism = mechanism.text
        self.accountName = accountName
        self.timeout = timeout
        self.isVerbose = isVerbose
        version = Product.version
    }

    /// Reads the variables; `nil` if the program was not started as a mechanism.
    package init?(decoding value: (EnvironmentVariable) -> String?) {
        guard let mechanism = value(.mechanism) else { return nil }
        self.mechanism = mechanism
        accountName = value(.user)
        timeout = value(.timeout).flatMap { Int($0) }
        isVerbose = value(.verbose) != nil
        isOnTrial = value(.trial) != nil
        version = value(.version)
    }

    /// The variables with their values, in the form for execve(2).
    package var encoded: [String] {
        [
            EnvironmentVariable.mechanism.assignment(mechanism),
            accountName.map { EnvironmentVariable.user.assignment($0) },
            timeout.map { EnvironmentVariable.timeout.assignment(String($0)) },
            isVerbose ? EnvironmentVariable.verbose.assignment() : nil,
            isOnTrial ? EnvironmentVariable.trial.assignment() : nil,
            version.map { EnvironmentVariable.version.assignment($0) },
        ].compactMap(\.self)
    }

    /// Throws if a daemon of another version started `program`, which belongs to this package and has version `own`.
    package func checkVersion(of program: String, own: String = Product.version) throws(VersionMismatch) {
        guard let version, version != own else { return }
        throw VersionMismatch(program, version: own, daemon: version)
    }
}
