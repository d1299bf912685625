internal import Authentication
internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import SystemLog

/// The program saslauthd.
package enum MasterProgram {
    /// Another instance holds a run directory; the original's exit code.
    private static let exitAnotherInstance: CInt = 2

    /// Does what the command line asks for; gives the exit code.
    package static func run(_ arguments: [String]) -> CInt {
        do throws(UsageError) {
            let line = Invocation(words: arguments, folder: .current)
            let request = try line.request()
            let hasSecret = CommandLineSecret.hide()
            switch request {
            case .help: say(Usage.text + "\n" + versionText)
            case .version: say(versionText)
            case .completion(let shell): StandardStream.output.write(CompletionScript.text(for: shell))
            case .check(let target, let settings): return check(target, settings)
            case .serve(let settings):
                guard !settings.isForeground, !Daemon.isThisProcess else {
                    return serve(settings, line, hasSecret)
                }
                guard ServiceManager.handedOver.isEmpty else {
                    throw UsageError(
                        "the service manager handed over sockets (LISTEN_FDS), which are for this process: add -f",
                        showsUsage: false
                    )
                }
                return Daemon.start(arguments)
            }
            return EXIT_SUCCESS
        } catch {
            say("saslauthd: \(error.message)\n" + (error.showsUsage ? Usage.text : ""))
            return EXIT_FAILURE
        }
    }

    private static func serve(_ settings: Settings, _ line: Invocation, _ hasSecret: Bool) -> CInt {
        // Its reader may stop; no login waits for a line.
        StandardStream.error.makeNonblocking()
        let log = settings.log(alsoStandardError: !settings.isForeground)
        let logger = log.logger(settings.logLevel)
        if hasSecret {
            logger.warning(
                "-O holds a password, which others can see while the daemon starts; a file can hold it as well"
            )
        }
        do throws(StartFailure) {
            let master = try Assembly.master(settings, line, logger: logger) {
                if !settings.isForeground {
                    log.leaveStandardError()
                    Daemon.becomeReady()
                }
                if let warning = Assembly.rootWarning(settings) { logger.warning("\(warning)") }
                if Assembly.sharesAccount(settings) {
                    logger.warning(
                        "what need not be root runs as nobody, as programs of others may: create the account saslauth, or name one with --user"
                    )
                }
            }
            return master.run()
        } catch {
            return report(error, logger)
        }
    }

    private static func check(_ target: CheckTarget, _ settings: Settings) -> CInt {
        guard case .login(let login) = target else { return DaemonCheck.run(settings) }
        do throws(StartFailure) {
            return try LoginCheck.run(login, settings)
        } catch {
            _ = report(error, SystemLog(nil, standardError: true).logger(.info))
            return LoginCheck.endWithoutDaemon()
        }
    }

    private static func report(_ failure: StartFailure, _ logger: Logger) -> CInt {
        for line in failure.lines { logger.error("\(line)", metadata: [SystemLog.functionKey: "\(failure.function)"]) }
        guard case .held = failure else { return EXIT_FAILURE }
        return exitAnotherInstance
    }

    private static var versionText: String {
        guard let own = try? Program.own() else { return Usage.versionText(mechanisms: []) }
        let mechanisms = try? ProgramDirectory(asked: nil, own: own).mechanisms
        return Usage.versionText(mechanisms: mechanisms ?? [])
    }

    /// Writes to standard error, as the original does with all of its usage texts.
    private static func say(_ text: String) {
        StandardStream.error.write(text)
    }
}

extension Settings {
    /// The log that is asked for; a daemon has standard error too until it is up.
    func log(alsoStandardError: Bool) -> SystemLog {
        let system: SystemLog.System? =
            switch service.log {
            case .syslog: .syslog
            case .journal, nil: .journal
            case .stderr: nil
            }
        return SystemLog(
            system,
            standardError: system == nil || alsoStandardError,
            format: service.logFormat == .json ? .json : .text(namesFunctions: service.logPrefix == .functions)
        )
    }

    var logLevel: Logger.Level { service.isVerbose ? .debug : .info }
}

/// Why the daemon does not start, or does not take new settings.
enum StartFailure: Error {
    /// Another instance holds a run directory.
    case held(SystemError)
    /// Lines that say what is wrong and what would be right.
    case reason([String])

    /// The function that reports it in the releases of Cyrus saslauthd that name functions.
    var function: String {
        switch self {
        case .held: "detach_tty"
        case .reason(let lines) where lines[0].hasPrefix("unknown authentication mechanism"): "set_auth_mech"
        case .reason: "main"
        }
    }

    var lines: [String] {
        switch self {
        case .held(let error):
            [
                "could not lock pid file \(error.subject): \(error.reason)",
                "Cannot start saslauthd",
                "Another instance of saslauthd is currently running",
            ]
                + (ProcessLock.holderInSight(of: error.subject).map {
                    ["It is process \($0): stop it, or serve another run directory (-m)"]
                } ?? [])
        case .reason(let lines): lines
        }
    }
}

extension ProcessLock {
    /// The process that holds the lock, where it can be seen.
    fileprivate static func holderInSight(of path: String) -> pid_t? {
        guard let holder = (try? holder(of: path)) ?? nil, holder > 0 else { return nil }
        return holder
    }
}
