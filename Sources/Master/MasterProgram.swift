internal import Authentication
internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import SystemLog

/// The program saslauthd.
package enum MasterProgram {
    /// The exit code of Cyrus saslauthd if another instance holds the run directory.
    private static let exitAnotherInstance: CInt = 2

    /// Does what the command line asks for; returns the exit code.
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
                        "the service manager passed sockets (LISTEN_FDS), which requires -f",
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
        // Its reader may stop; a login must not wait for a log line.
        StandardStream.error.makeNonblocking()
        let log = settings.log(alsoStandardError: !settings.isForeground)
        let logger = log.logger(settings.logLevel)
        if hasSecret {
            logger.warning(
                "-O contains a password, which others can see while saslauthd starts; put it in a file instead"
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
                        "unprivileged processes run as nobody, which other programs may use too: create the account saslauth or use --user"
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

    /// Writes to standard error, as Cyrus saslauthd does with its usage texts.
    private static func say(_ text: String) {
        StandardStream.error.write(text)
    }
}

extension Settings {
    /// The configured log; a daemon also logs to standard error until it is ready.
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
