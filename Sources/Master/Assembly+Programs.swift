internal import Authentication
internal import CommandLine
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// The programs that a master starts, with their command lines and environments.
extension Assembly {
    static func frontendProgram(
        _ settings: Settings,
        _ programs: ProgramDirectory,
        _ account: Account?,
        _ allowance: (users: [uid_t], groups: [gid_t]),
        listeners: Int,
        dovecot: [DovecotListener]
    ) -> Program {
        let words = FrontendWords(
            settings.service,
            routes: settings.mechanisms.map(\.route),
            listeners: listeners,
            dovecot: dovecot,
            hasMetrics: settings.metrics != nil,
            masterVersion: Product.version,
            since: start.nanoseconds,
            allowedUsers: allowance.users,
            allowedGroups: allowance.groups
        )
        return Program(
            path: programs.frontend,
            arguments: [ProgramDirectory.frontend] + words.words,
            environment: environment,
            account: account
        )
    }

    /// The program of a mechanism.
    ///
    /// A program of this package starts with the daemon's privileges and drops those that it does not need; a
    /// third-party plugin starts without them.
    static func workerProgram(
        _ mechanism: PluginName,
        _ settings: Settings,
        _ programs: ProgramDirectory,
        _ account: Account?
    ) -> Program {
        let variables = WorkerEnvironment(
            mechanism: mechanism,
            accountName: account?.name ?? (Account.isRoot ? "root" : nil),
            timeout: settings.service.timeout,
            isVerbose: settings.service.isVerbose
        )
        return Program(
            path: programs.program(of: mechanism),
            arguments: [mechanism.program],
            environment: environment + variables.encoded,
            account: mechanism.known == nil ? account : nil
        )
    }

    /// The environment of child processes.
    ///
    /// It excludes the service manager's variables, and settings, which may contain a password. It disables Swift's
    /// crash reports, which would print memory on standard error.
    private static var environment: [String] {
        let own = Set(ServiceManager.variables + SettingMeaning.variables)
        return Program.environment.filter { variable in
            let name = variable.prefix { $0 != "=" }
            return !name.hasPrefix(EnvironmentVariable.prefix) && !own.contains(String(name))
        } + ["SWIFT_BACKTRACE=enable=no"]
    }
}
