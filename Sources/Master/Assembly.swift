internal import Authentication
internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// Creates a master from its settings, with everything that it holds and starts.
enum Assembly {
    /// The accounts that are tried without `--user`.
    private static let defaultUsers = ["saslauth", sharedUser]
    /// The account that systems share among unprivileged programs.
    private static let sharedUser = "nobody"
    /// The mode of a new run directory: 0755 less the inherited umask, as in Cyrus saslauthd.
    ///
    /// Computing it sets the umask to 077 for everything created later.
    private static let directoryMode = 0o755 & ~umask(0o077)
    /// When the daemon started.
    static let start = Instant.now

    /// Takes the run directories and prepares the start; `onReady` is called once requests are answered.
    static func master(
        _ settings: Settings,
        _ line: Invocation,
        logger: Logger,
        onReady: @escaping () -> Void
    ) throws(StartFailure) -> MasterProcess {
        _ = directoryMode
        _ = start
        try attempt { () throws(SystemError) in try Rights.forbidCoreFilesOfAll() }
        for number in [SIGHUP, SIGPIPE, SIGALRM] { signal(number, SIG_IGN) }
        // Signals are handled before any file is created, so that a daemon that is stopped early removes its files.
        let signals = try attempt { () throws(SystemError) in try MasterProcess.signals() }
        let sockets = try ListeningSocket.handedOver(exceptNamed: FrontendMemory.name)
        let first = try generation(
            settings,
            keeping: [],
            [],
            [],
            previousMemory: FrontendMemory.handedOver(),
            handedOver: sockets,
            logger: logger
        )
        do throws(SystemError) {
            return try MasterProcess(
                first,
                signals,
                rereading: { current throws(StartFailure) in try generation(after: current, line) },
                onReady: onReady
            )
        } catch {
            first.removeFiles(keepingThoseOf: nil)
            throw .reason(["\(error)"])
        }
    }

    /// The generation after `current`, with the settings from the command line and the files read again.
    static func generation(after current: Generation, _ line: Invocation) throws(StartFailure) -> Generation {
        let request: Settings.Request
        do throws(UsageError) {
            request = try line.request()
        } catch {
            throw .reason([error.message])
        }
        guard case .serve(let settings) = request, settings.isForeground == current.settings.isForeground else {
            throw .reason(["-d, -f, -h and -v cannot be changed by a reload; restart saslauthd"])
        }
        let logger = settings.log(alsoStandardError: false).logger(settings.logLevel)
        return try generation(
            settings,
            keeping: current.directories,
            current.questions,
            current.dovecot,
            previousMemory: current.memory,
            handedOver: (current.sockets + current.dovecot.map(\.socket)).filter(\.isHandedOver),
            logger: logger
        )
    }

    /// Creates a generation; it keeps the directories and admin sockets that are still wanted.
    private static func generation(
        _ settings: Settings,
        keeping held: [RunDirectory],
        _ heldQuestions: [AdminSocket],
        _ heldDovecot: [DovecotSocket],
        previousMemory: FrontendMemory? = nil,
        handedOver: [ListeningSocket],
        logger: Logger
    ) throws(StartFailure) -> Generation {
        let programs = ProgramDirectory(
            asked: settings.mechanismDirectory,
            own: try attempt { () throws(SystemError) in try Program.own() }
        )
        try checkMechanisms(settings, programs)
        let account = try account(settings.user)
        let allowance = try allowance(settings)
        let access = SocketAccess(mode: settings.socketMode.bits, group: try socketGroup(settings))
        describe(settings, logger)
        let plans = try DovecotSocket.plans(settings, handedOver)
        let muxes = handedOver.filter { socket in !plans.contains { $0.handedOver === socket } }
        let directories = try runDirectories(settings, keeping: held, muxes, access)
        let own = directories.map(\.socket)
        let sockets = own + muxes.filter { socket in !own.contains { $0 === socket } }
        var questions: [AdminSocket] = []
        var dovecot: [DovecotSocket] = []
        do throws(StartFailure) {
            for purpose in AdminSocket.purposes(settings) {
                if let known = heldQuestions.first(where: { $0.purpose == purpose }) {
                    questions.append(known)
                } else {
                    questions.append(try explained(settings) { () throws(SystemError) in try AdminSocket(purpose) })
                }
            }
            // After all others, so that none of them replaces one of these.
            for plan in plans {
                dovecot.append(try DovecotSocket(plan, keeping: heldDovecot, isStart: held.isEmpty))
            }
            let workers = try explained(settings) { () throws(SystemError) in
                try workerStarters(settings, programs, account, logger)
            }
            let standardError = try explained(settings) { () throws(SystemError) in try childError(settings) }
            return Generation(
                settings,
                directories: directories,
                sockets: sockets,
                dovecot: dovecot,
                questions: questions,
                socketAccess: access,
                program: frontendProgram(
                    settings,
                    programs,
                    account,
                    allowance,
                    listeners: sockets.count,
                    dovecot: dovecot.map(\.listener)
                ),
                previousMemory: previousMemory,
                workers: workers,
                childError: standardError,
                logger: logger
            )
        } catch {
            for own in dovecot where !heldDovecot.contains(where: { $0.socket === own.socket }) {
                own.socket.removeFile()
            }
            for directory in directories where !held.contains(where: { $0 === directory }) { directory.removeFiles() }
            for socket in questions where !heldQuestions.contains(where: { $0 === socket }) { socket.removeFile() }
            throw error
        }
    }

    private static func workerStarters(
        _ settings: Settings,
        _ programs: ProgramDirectory,
        _ account: Account?,
        _ logger: Logger
    ) throws(SystemError) -> [WorkerStarter] {
        var workers: [WorkerStarter] = []
        for mechanism in settings.mechanisms {
            workers.append(
                try WorkerStarter(
                    workerProgram(mechanism.name, settings, programs, account),
                    option: mechanism.option,
                    directory: settings.directories[0],
                    account: account,
                    standardError: try childError(settings),
                    logger: logger
                )
            )
        }
        return workers
    }

    private static func explained<Result: ~Copyable>(
        _ settings: Settings,
        _ body: () throws(SystemError) -> Result
    ) throws(StartFailure) -> Result {
        do throws(SystemError) { return try body() } catch { throw .reason([explanation(of: error, settings)]) }
    }

    /// The text of an error, with advice if another file is in the place of a socket.
    private static func explanation(of error: SystemError, _ settings: Settings) -> String {
        guard error.call == "bind", error.number == EADDRINUSE else { return "\(error)" }
        let option = settings.metrics == .socket(error.subject) ? "--metrics " : ""
        return "\(option)\(error.subject): exists and is not a socket; remove it or use another path"
    }

    /// The programs for `--check`, with debug lines enabled.
    static func checkingPrograms(_ settings: Settings) throws(StartFailure) -> [Program] {
        let programs = ProgramDirectory(
            asked: settings.mechanismDirectory,
            own: try attempt { () throws(SystemError) in try Program.own() }
        )
        try checkMechanisms(settings, programs)
        let account = try account(settings.user)
        return settings.mechanisms.map { mechanism in
            var program = workerProgram(mechanism.name, settings, programs, account)
            if !settings.service.isVerbose { program.environment.append(EnvironmentVariable.verbose.assignment()) }
            return program
        }
    }

    /// Describes the account of unprivileged processes; throws if an account or a group does not exist.
    static func describeAccount(_ settings: Settings) throws(StartFailure) -> String {
        _ = try (allowance(settings), socketGroup(settings))
        if let warning = rootWarning(settings) { return warning }
        guard let account = try account(settings.user) else { return "all processes run as the current user" }
        return "unprivileged processes run as \(account.name)"
    }

    /// A warning that all processes run as root, with the reason; `nil` if they do not.
    static func rootWarning(_ settings: Settings) -> String? {
        guard Account.isRoot else { return nil }
        do throws(StartFailure) { guard try account(settings.user) == nil else { return nil } } catch { return nil }
        let obstacle = defaultUsers.lazy.compactMap { (try? Account(named: $0)) ?? nil }.first?.obstacle ?? ""
        return "all processes run as root, as in Cyrus saslauthd: \(obstacle)"
    }

    /// Whether unprivileged processes use an account that other programs may use too.
    static func sharesAccount(_ settings: Settings) -> Bool {
        ((try? account(settings.user)) ?? nil)?.name == sharedUser
    }

    static func attempt<Result: ~Copyable>(
        _ body: () throws(SystemError) -> Result
    ) throws(StartFailure) -> Result {
        do throws(SystemError) { return try body() } catch { throw .reason(["\(error)"]) }
    }

    private static func checkMechanisms(_ settings: Settings, _ programs: ProgramDirectory) throws(StartFailure) {
        for mechanism in settings.mechanisms {
            let name = mechanism.name
            guard programs.has(name) else { throw .reason(MissingMechanism.lines(name, programs)) }
            guard name.known?.requiresOption != true || !mechanism.option.isEmpty else {
                throw .reason(["failed to initialize mechanism \(name): option -O is missing"])
            }
        }
    }

    /// The account of unprivileged processes.
    ///
    /// `nil` if the daemon is not root, or lacks the capabilities to change accounts: then all processes run as the
    /// daemon's account.
    private static func account(_ asked: String?) throws(StartFailure) -> Account? {
        guard Account.isRoot else {
            guard let asked else { return nil }
            throw .reason(["--user \(asked) requires saslauthd to be started as root"])
        }
        for name in asked.map({ [$0] }) ?? defaultUsers {
            guard let account = try attempt({ () throws(SystemError) in try Account(named: name) }) else { continue }
            guard let obstacle = account.obstacle else { return account }
            guard asked == nil else {
                throw .reason([
                    "--user \(name): cannot run processes under that account: \(obstacle)",
                    "Grant what is missing, or omit --user to run all processes as root.",
                ])
            }
            return nil
        }
        throw .reason(["no account \(asked ?? defaultUsers.joined(separator: " or ")); name one with --user"])
    }

    /// The run directories; on failure, the files in new ones are removed.
    private static func runDirectories(
        _ settings: Settings,
        keeping held: [RunDirectory],
        _ handedOver: [ListeningSocket],
        _ access: SocketAccess
    ) throws(StartFailure) -> [RunDirectory] {
        var directories: [RunDirectory] = []
        var new: [RunDirectory] = []
        for path in settings.directories {
            // A directory may be named twice, with the same path or another.
            if directories.contains(where: { $0.isAt(path) }) { continue }
            if let known = held.first(where: { $0.isAt(path) }) {
                directories.append(known)
                continue
            }
            do throws(StartFailure) {
                new.append(try runDirectory(path, settings, access, handedOver))
                directories.append(contentsOf: new.suffix(1))
            } catch {
                new.forEach { $0.removeFiles() }
                throw error
            }
        }
        return directories
    }

    /// Throws if a directory cannot be a run directory: its path is too long, or others can write to it.
    static func checkDirectory(_ path: String, isFirst: Bool) throws(StartFailure) {
        let longest = UnixSocket.maximumPathLength - RunDirectory.longestName(isFirst: isFirst).utf8.count - 1
        guard path.utf8.count <= longest else {
            throw .reason(["-m \(path): path too long for the sockets in it; at most \(longest) bytes"])
        }
        if Account.isRoot, let fault = DirectoryTrust.fault(of: path) { throw .reason(fault.lines) }
    }

    private static func runDirectory(
        _ path: String,
        _ settings: Settings,
        _ access: SocketAccess,
        _ handedOver: [ListeningSocket]
    ) throws(StartFailure) -> RunDirectory {
        try checkDirectory(path, isFirst: path == settings.directories[0])
        let directory: RunDirectory
        do throws(RunDirectory.Failure) {
            directory = try RunDirectory(
                path,
                isDaemon: !settings.isForeground,
                mode: directoryMode,
                access: access,
                handedOver: handedOver
            )
        } catch {
            switch error {
            case .held(let error): throw .held(error)
            case .system(let error):
                throw .reason(DirectoryDenial.lines(path, error) ?? [explanation(of: error, settings)])
            case .missing(let error):
                let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
                let advice =
                    DirectoryDenial.lines(parent, error)
                    ?? ["Check that its parent directory exists and is writable, or use another directory with -m."]
                throw .reason(["can not mkdir: \(path)", "mkdir: \(error.reason)"] + advice)
            }
        }
        // Check again: another process may have created it.
        do throws(StartFailure) {
            try checkDirectory(path, isFirst: path == settings.directories[0])
        } catch {
            directory.removeFiles()
            throw error
        }
        return directory
    }

    private static func socketGroup(_ settings: Settings) throws(StartFailure) -> gid_t? {
        guard let name = settings.socketGroup else { return nil }
        return try group(name)
    }

    static func group(_ name: String) throws(StartFailure) -> gid_t {
        guard let group = try attempt({ () throws(SystemError) in try Group.number(of: name) }) else {
            throw .reason(["no group \(name)"])
        }
        return group
    }

    /// The number of an account, which may be named by its number.
    static func user(_ name: String) throws(StartFailure) -> uid_t {
        let account = try attempt { () throws(SystemError) in try Account(named: name) }
        guard let uid = account?.uid ?? uid_t(name) else { throw .reason(["no account \(name)"]) }
        return uid
    }

    /// The accounts and groups that may send requests.
    private static func allowance(_ settings: Settings) throws(StartFailure) -> (users: [uid_t], groups: [gid_t]) {
        var allowance: (users: [uid_t], groups: [gid_t]) = ([], [])
        for name in settings.allowedUsers {
            allowance.users.append(try user(name))
        }
        for name in settings.allowedGroups { allowance.groups.append(try group(name)) }
        return allowance
    }

    private static func describe(_ settings: Settings, _ logger: Logger) {
        let function: Logger.Metadata = [SystemLog.functionKey: "main"]
        for mechanism in settings.mechanisms {
            let workers = settings.service.workers ?? mechanism.name.defaultWorkers
            logger.debug("num_procs  : \(workers)", metadata: function)
            logger.debug("mech_option: \(mechanism.option.isEmpty ? "NULL" : "given")", metadata: function)
        }
        logger.debug("run_path   : \(settings.directories.joined(separator: " "))", metadata: function)
        logger.debug("auth_mech  : \(settings.mechanismNames)", metadata: function)
        guard let file = settings.file else { return }
        logger.debug("settings   : \(file.path)")
        for warning in file.warnings { logger.warning("\(warning)") }
    }

    /// Standard error of child processes: the terminal in the foreground, otherwise /dev/null.
    private static func childError(_ settings: Settings) throws(SystemError) -> OwnedDescriptor {
        settings.isForeground
            ? try OwnedDescriptor.copy(of: STDERR_FILENO) : try OwnedDescriptor.open("/dev/null", O_RDWR)
    }
}
