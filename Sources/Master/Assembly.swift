internal import Authentication
internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// Puts a master together from its settings: what it holds, and what it starts.
enum Assembly {
    /// The accounts that are tried where `--user` is not given.
    private static let defaultUsers = ["saslauth", sharedUser]
    /// The account that a system has for what belongs to nobody.
    private static let sharedUser = "nobody"
    /// The permissions of a run directory that is made: what the umask from outside leaves of those that the original gives.
    ///
    /// From then on the umask leaves nothing to others, of whatever is made.
    private static let directoryMode = 0o755 & ~umask(0o077)
    /// When the daemon was started.
    static let start = Instant.now

    /// Takes the run directories and makes everything ready to start; `onReady` is called once requests are answered.
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
        // Before there is any file: one that is told to end from now on removes what it has made.
        let signals = try attempt { () throws(SystemError) in try MasterProcess.signals() }
        let sockets = try ListeningSocket.handedOver()
        let first = try generation(
            settings,
            keeping: [],
            [],
            previousMemory: FrontendMemory.handedOver(),
            handedOver: sockets,
            logger: logger
        )
        do throws(SystemError) {
            return try MasterProcess(first, line, signals, onReady: onReady)
        } catch {
            first.removeFiles(keepingThoseOf: nil)
            throw .reason(["\(error)"])
        }
    }

    /// What is to serve after `current`, with the settings read again from the command line and the files.
    static func generation(after current: Generation, _ line: Invocation) throws(StartFailure) -> Generation {
        let request: Settings.Request
        do throws(UsageError) {
            request = try line.request()
        } catch {
            throw .reason([error.message])
        }
        guard case .serve(let settings) = request, settings.isForeground == current.settings.isForeground else {
            throw .reason(["-d, -f, -h and -v cannot come or go with a reload; restart saslauthd"])
        }
        let logger = settings.log(alsoStandardError: false).logger(settings.logLevel)
        return try generation(
            settings,
            keeping: current.directories,
            current.questions,
            previousMemory: current.memory,
            handedOver: current.sockets.filter(\.isHandedOver),
            logger: logger
        )
    }

    /// A generation, with those of the directories and of the sockets for questions that are wanted still.
    private static func generation(
        _ settings: Settings,
        keeping held: [RunDirectory],
        _ heldQuestions: [AdminSocket],
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
        let directories = try runDirectories(settings, keeping: held, handedOver, access)
        let own = directories.map(\.socket)
        let sockets = own + handedOver.filter { socket in !own.contains { $0 === socket } }
        var questions: [AdminSocket] = []
        do throws(SystemError) {
            for purpose in AdminSocket.purposes(settings) {
                if let known = heldQuestions.first(where: { $0.purpose == purpose }) {
                    questions.append(known)
                } else {
                    questions.append(try AdminSocket(purpose))
                }
            }
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
            return Generation(
                settings,
                directories: directories,
                sockets: sockets,
                questions: questions,
                socketAccess: access,
                program: frontendProgram(settings, programs, account, allowance, listeners: sockets.count),
                previousMemory: previousMemory,
                workers: workers,
                childError: try childError(settings),
                logger: logger
            )
        } catch {
            for directory in directories where !held.contains(where: { $0 === directory }) { directory.removeFiles() }
            for socket in questions where !heldQuestions.contains(where: { $0 === socket }) { socket.removeFile() }
            throw .reason([explanation(of: error, settings)])
        }
    }

    /// An error, and where it comes from a file in the place of a socket what to do about that.
    private static func explanation(of error: SystemError, _ settings: Settings) -> String {
        guard error.call == "bind", error.number == EADDRINUSE else { return "\(error)" }
        let option = settings.metrics == .socket(error.subject) ? "--metrics " : ""
        return "\(option)\(error.subject): there is a file which is no socket; remove it, or name another path"
    }

    /// The programs that `--check` asks, which tell more than they do as parts of a daemon.
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

    /// Says under which account the processes run that need not be root; fails where an account or a group is not there.
    static func describeAccount(_ settings: Settings) throws(StartFailure) -> String {
        _ = try (allowance(settings), socketGroup(settings))
        if let warning = rootWarning(settings) { return warning }
        guard let account = try account(settings.user) else { return "all processes run as you" }
        return "what need not be root runs as \(account.name)"
    }

    /// Says that processes stay root which need not, and why; `nil` where they do not.
    static func rootWarning(_ settings: Settings) -> String? {
        guard Account.isRoot else { return nil }
        do throws(StartFailure) { guard try account(settings.user) == nil else { return nil } } catch { return nil }
        let obstacle = defaultUsers.lazy.compactMap { (try? Account(named: $0)) ?? nil }.first?.obstacle ?? ""
        return "all processes run as root, as those of Cyrus saslauthd do: \(obstacle)"
    }

    /// Whether processes run under an account that is not this daemon's alone.
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

    /// The account of the processes that need not be root.
    ///
    /// `nil` where the daemon is not root itself, or a root that lacks the rights to change accounts: then all processes run as
    /// it does.
    private static func account(_ asked: String?) throws(StartFailure) -> Account? {
        guard Account.isRoot else {
            guard let asked else { return nil }
            throw .reason(["--user \(asked) needs a daemon that is started as root"])
        }
        for name in asked.map({ [$0] }) ?? defaultUsers {
            guard let account = try attempt({ () throws(SystemError) in try Account(named: name) }) else { continue }
            guard let obstacle = account.obstacle else { return account }
            guard asked == nil else {
                throw .reason([
                    "--user \(name): no process can run under that account: \(obstacle)",
                    "Give the daemon what is missing, or leave --user out: then all processes run as root.",
                ])
            }
            return nil
        }
        throw .reason(["there is no account \(asked ?? defaultUsers.joined(separator: " or ")); name one with --user"])
    }

    /// The run directories; when one cannot be had, nothing is left of those that were new.
    private static func runDirectories(
        _ settings: Settings,
        keeping held: [RunDirectory],
        _ handedOver: [ListeningSocket],
        _ access: SocketAccess
    ) throws(StartFailure) -> [RunDirectory] {
        var directories: [RunDirectory] = []
        var new: [RunDirectory] = []
        for path in settings.directories {
            // A directory can be named twice, also in two ways.
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

    /// Fails where no daemon can serve a run directory, whatever is in it: a socket's path is too long, or others can write to it.
    static func checkDirectory(_ path: String, isFirst: Bool) throws(StartFailure) {
        let longest = UnixSocket.maximumPathLength - RunDirectory.longestName(isFirst: isFirst).utf8.count - 1
        guard path.utf8.count <= longest else {
            throw .reason(["-m \(path) is too long for the sockets in it: \(longest) bytes at the most"])
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
                    ?? ["Check that the directory above it is there and may be written to, or name another with -m."]
                throw .reason(["can not mkdir: \(path)", "mkdir: \(error.reason)"] + advice)
            }
        }
        // Once more, now that it is there: another may have been quicker to make it.
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

    private static func group(_ name: String) throws(StartFailure) -> gid_t {
        guard let group = try attempt({ () throws(SystemError) in try Group.number(of: name) }) else {
            throw .reason(["there is no group \(name)"])
        }
        return group
    }

    /// The accounts and groups that may ask.
    private static func allowance(_ settings: Settings) throws(StartFailure) -> (users: [uid_t], groups: [gid_t]) {
        var allowance: (users: [uid_t], groups: [gid_t]) = ([], [])
        for name in settings.allowedUsers {
            let account = try attempt { () throws(SystemError) in try Account(named: name) }
            guard let uid = account?.uid ?? uid_t(name) else { throw .reason(["there is no account \(name)"]) }
            allowance.users.append(uid)
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

    /// Where the children's own messages go: to the terminal in the foreground, nowhere from a daemon.
    private static func childError(_ settings: Settings) throws(SystemError) -> OwnedDescriptor {
        settings.isForeground
            ? try OwnedDescriptor.copy(of: STDERR_FILENO) : try OwnedDescriptor.open("/dev/null", O_RDWR)
    }
}
