package import Authentication

/// What a mechanism program finds in its environment, saslauthd-mechanism(7).
package struct WorkerEnvironment: Hashable, Sendable {
    /// The name of the mechanism.
    package var mechanism: String
    /// The account to become, where the daemon runs as root and the mechanism need not.
    package var accountName: String?
    /// After how many seconds clients get a temporary failure, `--timeout`.
    package var timeout: Int?
    /// Whether lines of level debug are wanted.
    package var isVerbose: Bool
    /// Whether the program is to take the place of one that works: what might work later is to be unusable now.
    package var isOnTrial = false
    /// The version of the daemon; `nil` from a program that is none, and follows the documented protocol.
    package var version: String?

    /// What the daemon of this version tells a program.
    package init(mechanism: PluginName, accountName: String?, timeout: Int, isVerbose: Bool) {
        self.mechanism = mechanism.text
        self.accountName = accountName
        self.timeout = timeout
        self.isVerbose = isVerbose
        version = Product.version
    }

    /// Reads the values of variables; `nil` where the program was not started as a mechanism.
    package init?(decoding value: (EnvironmentVariable) -> String?) {
        guard let mechanism = value(.mechanism) else { return nil }
        self.mechanism = mechanism
        accountName = value(.user)
        timeout = value(.timeout).flatMap { Int($0) }
        isVerbose = value(.verbose) != nil
        isOnTrial = value(.trial) != nil
        version = value(.version)
    }

    /// The variables with their values, as execve(2) takes them.
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

    /// Fails where `program`, which is of this package and of version `own`, was started by a daemon of another version.
    package func checkVersion(of program: String, own: String = Product.version) throws(VersionMismatch) {
        guard let version, version != own else { return }
        throw VersionMismatch(program, version: own, daemon: version)
    }
}
