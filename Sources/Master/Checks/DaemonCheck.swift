internal import Authentication
internal import CommandLine
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// Prints what a daemon with these settings would do, and what would stop it: option `--check` without a login.
enum DaemonCheck {
    private static let exitWrong: CInt = 1
    private static let exitUnavailable: CInt = 2

    private enum Finding {
        case fine, wrong, unavailable

        var mark: String {
            switch self {
            case .fine: "ok"
            case .wrong: "wrong"
            case .unavailable: "down"
            }
        }
    }

    /// Checks everything, starts each mechanism once, and gives the exit code.
    ///
    /// 0 if all is well, 1 if the daemon would not start, 2 if a mechanism gives no verdict.
    static func run(_ settings: Settings) -> CInt {
        if let file = settings.file {
            say("ok: settings come from \(file.path)")
            for warning in file.warnings { say("note: \(warning)") }
        }
        for option in settings.description { say("option: \(option)") }
        var findings = settings.directories.map { look(at: $0, isFirst: $0 == settings.directories[0]) }
        if case .socket(let path) = settings.metrics { findings.append(lookAtMetrics(path)) }
        if !DovecotCheck.run(settings, say: say) { findings.append(.wrong) }
        findings.append(find { () throws(StartFailure) in try Assembly.describeAccount(settings) })
        do throws(StartFailure) {
            for (mechanism, program) in zip(settings.mechanisms, try Assembly.checkingPrograms(settings)) {
                findings.append(`try`(mechanism, program, settings))
            }
        } catch {
            for line in error.lines { say("wrong: \(line)") }
            findings.append(.wrong)
        }
        for line in SetupAdvice.lines(for: settings.directories, dovecot: settings.dovecot) { say("note: \(line)") }
        for line in settings.mechanisms.compactMap({ PAMServices.note(on: $0.route) }) { say("note: \(line)") }
        if findings.contains(.wrong) { return exitWrong }
        return findings.contains(.unavailable) ? exitUnavailable : EXIT_SUCCESS
    }

    private static func lookAtMetrics(_ path: String) -> Finding {
        find { () throws(StartFailure) in
            guard path.utf8.count <= UnixSocket.maximumPathLength else {
                throw .reason(["--metrics \(path) is longer than \(UnixSocket.maximumPathLength) bytes"])
            }
            if let found = try? FileStatus(ofName: path), found.kind != .socket {
                throw .reason(["--metrics \(path): the file there is not a socket"])
            }
            return "metrics would be served at \(path)"
        }
    }

    private static func look(at directory: String, isFirst: Bool) -> Finding {
        find { () throws(StartFailure) in
            try Assembly.checkDirectory(directory, isFirst: isFirst)
            switch (try? FileStatus(of: directory))?.kind {
            case .directory:
                let isServed = (try? ProcessLock.isHeld("\(directory)/saslauthd.pid")) == true
                return "\(directory)/mux " + (isServed ? "is already served by a saslauthd" : "would be served")
            case nil:
                let above = directory.prefix(upTo: directory.lastIndex(of: "/") ?? directory.startIndex)
                guard (try? FileStatus(of: above.isEmpty ? "/" : String(above)))?.kind == .directory else {
                    throw .reason(["-m \(directory): the directory above it does not exist: mkdir \(above)"])
                }
                return "\(directory) would be created, and \(directory)/mux served"
            default: throw .reason(["-m \(directory) is not a directory"])
            }
        }
    }

    /// Asks a mechanism about a made-up user and password.
    private static func `try`(_ mechanism: MechanismSettings, _ program: Program, _ settings: Settings) -> Finding {
        let request = AuthRequest(
            login: "saslauthd-check",
            password: Secret(copying: Array("\(UInt64.random(in: 0 ... .max))".utf8).span),
            service: mechanism.route.service ?? ByteString(settings.checkedService),
            realm: mechanism.route.realm ?? "",
            remote: ""
        )
        let outcome: MechanismTrial.Outcome
        do throws(SystemError) {
            outcome = try MechanismTrial.ask(
                program,
                option: mechanism.option,
                request,
                timeout: settings.service.timeout,
                onLine: { severity, line in
                    guard severity == .warning || severity == .error else { return }
                    say("note: \(mechanism.route): \(PlainText.of(line.text))")
                }
            )
        } catch {
            return tell(.wrong, "\(mechanism.route): \(error)")
        }
        switch outcome {
        case .verdict(.refused, _): return tell(.fine, "\(mechanism.route) gives a verdict")
        case .verdict(.accepted, _):
            return tell(.wrong, "\(mechanism.route) accepts a made-up user and password")
        case .verdict(.unavailable(let unavailability), _):
            return tell(.unavailable, "\(mechanism.route) gives no verdict: \(unavailability.reason)")
        case .nothing(let reason): return tell(.unavailable, "\(mechanism.route) gives no verdict: \(reason)")
        case .unusable(let reason): return tell(.wrong, "\(mechanism.route) cannot be used: \(reason)")
        }
    }

    private static func find(_ look: () throws(StartFailure) -> String) -> Finding {
        do throws(StartFailure) {
            return tell(.fine, try look())
        } catch {
            for line in error.lines { say("wrong: \(line)") }
            return .wrong
        }
    }

    private static func tell(_ finding: Finding, _ words: String) -> Finding {
        say("\(finding.mark): \(words)")
        return finding
    }

    private static func say(_ line: String) {
        StandardStream.output.write("\(line)\n")
    }
}
