internal import ArgumentParser
internal import Authentication
internal import Glibc
internal import Logging
internal import Options
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// The program saslauthd-frontend, as the master starts it.
///
/// Its descriptors are `FrontendDescriptors`.
package struct FrontendProgram {
    /// Serves until the master has gone or wants it to end; gives the exit code where it cannot begin.
    package static func run(_ arguments: [String]) -> CInt {
        guard let command = try? FrontendCommand.parse(arguments), !command.routes.isEmpty,
            command.masterVersion == Product.version
        else {
            StandardStream.error.write(
                "saslauthd-frontend: a part of saslauthd(8) \(Product.version), which starts it; restart saslauthd after an upgrade\n"
            )
            return VersionMismatch.exitCode
        }
        // The master says when to end; what a terminal or a service manager sends to all processes is for the master.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
        let log = SystemLog(command.service)
        let logger = log.logger(command.service.isVerbose ? .debug : .info)
        do throws(SystemError) {
            try Rights.forbidNewPrivileges()
            try Rights.forbidCoreFiles()
        } catch {
            logger.critical("\(error)")
            return EXIT_FAILURE
        }
        do throws(SystemError) {
            let descriptors = FrontendDescriptors(
                workers: command.routes.count,
                listeners: command.listeners,
                hasControl: command.hasControl,
                hasMetrics: command.hasMetrics
            )
            let loop = try EventLoop()
            let master = try MasterLink(OwnedDescriptor(adopting: descriptors.master), loop: loop)
            let mechanisms = command.routes.map(\.mechanism)
            let memory = CredentialMemory(
                command.service,
                mechanism: command.routes.map { "\($0)" }.joined(separator: " "),
                seesAddress: mechanisms.contains { $0.traits.seesAddress },
                previous: PasswordRecord(OwnedDescriptor(adopting: descriptors.previousMemory)),
                record: PasswordRecord(OwnedDescriptor(adopting: descriptors.ownMemory))
            )
            let frontend = Frontend(
                command.service,
                routes: zip(command.routes, descriptors.workers).map { ($0, "/proc/self/fd/\($1)") },
                allowed: AllowedPeers(users: command.allowedUsers, groups: command.allowedGroups),
                memory: memory,
                audit: AuditLog(
                    logger: logger,
                    successLevel: command.service.logsSuccess ? .info : .debug,
                    hasFields: log.keepsFields,
                    isBrief: command.service.logPrefix == .functions,
                    refusesUnavailable: command.service.unavailable == .no
                ),
                master: master,
                masterStart: command.since.map { Instant(nanoseconds: $0) },
                loop: loop
            )
            frontend.start(listeners: descriptors.listeners)
            if let control = descriptors.control { frontend.control?.serve(control: control) }
            if let metrics = descriptors.metrics { frontend.control?.serve(metrics: metrics) }
            return try frontend.run()
        } catch {
            logger.critical("the frontend cannot go on: \(error)")
            return EXIT_FAILURE
        }
    }
}

/// The command line that the master gives.
struct FrontendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(helpNames: [])

    @OptionGroup var service: ServiceOptions
    @Option(name: .customLong("mechanism")) var routes: [Route]
    @Option var listeners: Int
    /// Whether there is a control socket, and one for figures.
    @Flag(name: .customLong("control")) var hasControl = false
    @Flag(name: .customLong("metrics")) var hasMetrics = false
    /// The version of the master, which starts the program that it finds: after an upgrade, that of another version.
    @Option(name: .customLong("master-version")) var masterVersion: String
    /// When the master was started, on the monotonic clock in nanoseconds.
    @Option var since: UInt64?
    @Option(name: .customLong("allow-uid")) var allowedUsers: [UInt32] = []
    @Option(name: .customLong("allow-gid")) var allowedGroups: [UInt32] = []
}
