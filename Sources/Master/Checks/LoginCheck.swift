internal import Authentication
internal import CommandLine
internal import Glibc
internal import Platform
internal import Prompt

/// Asks the mechanisms about one login, without a daemon, and tells what they found on their way: option `--check LOGIN`.
enum LoginCheck {
    /// The exit codes of testsaslauthd(8).
    private static let exitRefused: CInt = 1
    private static let exitUnavailable: CInt = 2

    /// Asks for the password, starts the programs of the mechanisms and gives the exit code.
    static func run(_ login: String, _ settings: Settings) throws(StartFailure) -> CInt {
        let programs = try Assembly.checkingPrograms(settings)
        return try Assembly.attempt { () throws(SystemError) in
            let request = Self.request(login, settings, password: try PasswordPrompt.read())
            guard !request.password.isEmpty else { return nothing("the password is empty") }
            return try ask(programs, request, settings)
        }
    }

    /// Asks one after the other, as the daemon would.
    private static func ask(
        _ programs: [Program],
        _ request: borrowing AuthRequest,
        _ settings: Settings
    ) throws(SystemError) -> CInt {
        let (realm, service) = (request.realm, request.service)
        let fitting = settings.mechanisms.indices.filter {
            settings.mechanisms[$0].route.fits(realm: realm, service: service)
        }
        for place in fitting {
            let mechanism = settings.mechanisms[place]
            if settings.mechanisms.count > 1 { say("\(mechanism.route):") }
            let outcome = try MechanismTrial.ask(
                programs[place],
                option: mechanism.option,
                request,
                timeout: settings.service.timeout,
                onLine: { say("  \($0)") }
            )
            if case .verdict(let verdict, let detail) = outcome, place != fitting.last,
                settings.service.nextOn.goesOn(after: verdict)
            {
                say("  not here\(detail.isEmpty ? "" : " (\(detail))"): the next mechanism is asked")
                continue
            }
            return conclude(outcome)
        }
        say("no: no mechanism is asked about realm \"\(realm)\" and service \"\(service)\" (-a)")
        return exitRefused
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

    private static func conclude(_ outcome: MechanismTrial.Outcome) -> CInt {
        switch outcome {
        case .unusable(let reason): return nothing("the mechanism cannot be used: \(reason)")
        case .nothing(let reason): return nothing(reason)
        case .verdict(.accepted, _):
            say("yes: login and password belong together")
            return EXIT_SUCCESS
        case .verdict(.refused(let refusal), let detail):
            say("no: \(detail.isEmpty ? refusal.words : "\(detail)")")
            return exitRefused
        case .verdict(.unavailable(let unavailability), _): return nothing("\(unavailability.reason)")
        }
    }

    private static func nothing(_ reason: String) -> CInt {
        say("nothing was found out: \(reason)")
        return exitUnavailable
    }

    private static func say(_ words: String) {
        StandardStream.output.write("\(words)\n")
    }
}

extension Refusal {
    fileprivate var words: String {
        switch self {
        case .unknownUser: "there is no such user"
        case .wrongPassword: "the password is wrong"
        case .passwordExpired: "the password is right, and has expired"
        case .accountExpired: "the password is right, and the account has expired"
        case .notPermitted: "the account may not be used here and now"
        }
    }
}
