internal import Authentication
internal import CommandLine
internal import Glibc
internal import Platform
internal import Prompt

/// Asks the mechanisms about one login, without a daemon, and prints each step: option `--check LOGIN`.
enum LoginCheck {
    /// Asks for the password, starts the programs of the mechanisms, and gives the exit code of testsaslauthd(8).
    static func run(_ login: String, _ settings: Settings) throws(StartFailure) -> CInt {
        let programs = try Assembly.checkingPrograms(settings)
        return try Assembly.attempt { () throws(SystemError) in
            let request = request(login, settings, password: try PasswordPrompt.read())
            return try ask(programs, request, settings)
        }
    }

    /// Prints what clients get from a daemon that does not start with these settings; gives the exit code.
    static func endWithoutDaemon() -> CInt {
        end(LoginReport(refusesUnavailable: false), .unusable("the daemon does not start"))
    }

    /// Asks one mechanism after the other, as the daemon would.
    private static func ask(
        _ programs: [Program],
        _ request: borrowing AuthRequest,
        _ settings: Settings
    ) throws(SystemError) -> CInt {
        let service = settings.service
        var report = LoginReport(refusesUnavailable: service.unavailable == .no)
        LoginReport.lines(of: request, joinsRealm: service.joinsRealm).forEach(say)
        guard !request.login.isEmpty else { return end(report, refusal("the login is empty")) }
        guard !request.password.isEmpty else { return end(report, refusal("the password is empty")) }
        var places = settings.mechanisms.indices[...]
        while let place = places.popFirst() {
            let mechanism = settings.mechanisms[place]
            say("mechanism: \(mechanism.route)")
            guard fits(mechanism, request) else {
                say("  not asked: it is for other realms or services")
                continue
            }
            if let warning = PAMServices.warning(on: mechanism.route, service: request.service) {
                say("  warning: \(warning)")
            }
            let outcome = try MechanismTrial.ask(
                programs[place],
                option: mechanism.option,
                request,
                timeout: service.timeout,
                onLine: { severity, line in
                    if let line = report.line(severity, line) { say(line) }
                }
            )
            say(LoginReport.verdict(outcome))
            let next = places.map { settings.mechanisms[$0] }.first { fits($0, request) }
            let step = LoginReport.next(after: outcome, service.nextOn, next: next?.route)
            if let step { say(step.line) }
            guard step?.goesOn == true else { return end(report, outcome) }
        }
        return end(report, refusal("no mechanism is for this realm and service (-a)"))
    }

    private static func fits(_ mechanism: MechanismSettings, _ request: borrowing AuthRequest) -> Bool {
        mechanism.route.fits(realm: request.realm, service: request.service)
    }

    /// A refusal before any mechanism was asked, as a client would get it.
    private static func refusal(_ reason: String) -> MechanismTrial.Outcome {
        say("refused: \(reason)")
        return .verdict(.refused(.unknownUser))
    }

    private static func end(_ report: LoginReport, _ outcome: MechanismTrial.Outcome) -> CInt {
        let end = report.end(outcome)
        end.lines.forEach(say)
        return end.code
    }

    /// The request as a mail server would make it: the login is split at its last `@`, and joined again with `-r`.
    private static func request(_ login: String, _ settings: Settings, password: consuming Secret) -> AuthRequest {
        let parts = ByteString(login).splitAtRealm
        let request = AuthRequest(
            login: parts.login,
            password: password,
            service: ByteString(settings.checkedService),
            realm: parts.realm ?? "",
            remote: ""
        )
        return settings.service.joinsRealm ? request.joiningRealm() : request
    }

    private static func say(_ line: String) {
        StandardStream.output.write("\(line)\n")
    }
}
