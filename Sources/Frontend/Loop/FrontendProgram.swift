internal import Authentication
internal import CommandLine
internal import DovecotProtocol
internal import EventLoop
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// The program saslauthd-frontend, which the master starts.
///
/// Its descriptors are `FrontendDescriptors`.
package struct FrontendProgram {
    /// Serves until the master is gone or requests its end; returns the exit code.
    package static func run(_ arguments: [String]) -> CInt {
        guard let command = FrontendWords(arguments), command.masterVersion == Product.version else {
            StandardStream.error.write(
                "saslauthd-frontend: started by saslauthd(8) \(Product.version) only; restart saslauthd after an upgrade\n"
            )
            return VersionMismatch.exitCode
        }
        // The master decides when to exit; it also handles signals that a terminal or a service manager sends to all
        // processes.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
        let log = systemLog(command.service)
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
                dovecot: command.dovecot.count,
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
                restarts: command.restarts,
                loop: loop
            )
            frontend.start(
                listeners: descriptors.listeners,
                dovecot: zip(descriptors.dovecot, command.dovecot).map { ($0, DovecotOptions($1)) }
            )
            if let control = descriptors.control { frontend.control?.serve(control: control) }
            if let metrics = descriptors.metrics { frontend.control?.serve(metrics: metrics) }
            return try frontend.run()
        } catch {
            logger.critical("frontend failed: \(error)")
            return EXIT_FAILURE
        }
    }
    private static func systemLog(_ options: ServiceOptions) -> SystemLog {
        let system: SystemLog.System? =
            switch options.log {
            case .syslog: .syslog
            case .journal, nil: .journal
            case .stderr: nil
            }
        return SystemLog(
            system,
            standardError: system == nil,
            format: options.logFormat == .json ? .json : .text(namesFunctions: options.logPrefix == .functions)
        )
    }
}

extension DovecotOptions {
    /// The part of the value of `--dovecot` that the frontend needs.
    init(_ listener: DovecotListener) {
        self.init(
            mechanisms: listener.mechanisms,
            deadline: listener.deadline * 1_000,
            longestDelay: listener.hold * 1_000,
            unavailable: UnavailableAnswer(listener.unavailable)
        )
    }
}

extension UnavailableAnswer {
    init(_ answer: DovecotListener.UnavailableAnswer) {
        self =
            switch answer {
            case .auto: .automatic
            case .close: .close
            case .fail: .fail
            }
    }
}
