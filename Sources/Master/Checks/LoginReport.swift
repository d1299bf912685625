internal import Authentication
internal import CommandLine
internal import Glibc
internal import ProcessProtocol

/// What `--check LOGIN` prints: one fact a line, in the order in which things happened, then what to do, then the reply.
///
/// A value: the lines go out as they are made.
struct LoginReport {
    /// The exit codes of testsaslauthd(8).
    static let exitRefused: CInt = 1
    static let exitUnavailable: CInt = 2

    /// The longest line of a mechanism, in characters.
    private static let longestLine = 1_000

    private let refusesUnavailable: Bool
    /// What the mechanisms advise, without repetitions.
    private var advice: [String] = []

    /// With `refusesUnavailable` a client gets NO where there is no verdict (`--unavailable no`).
    init(refusesUnavailable: Bool) {
        self.refusesUnavailable = refusesUnavailable
    }

    /// The request as the mechanisms get it; `joinsRealm` is option `-r`.
    static func lines(of request: borrowing AuthRequest, joinsRealm: Bool) -> [String] {
        let isJoined = joinsRealm && !request.realm.isEmpty
        return [
            "login: \(request.login)\(isJoined ? " (-r appended the realm)" : "")",
            "realm: \(request.realm.isEmpty ? "(none)" : "\(request.realm)")",
            "service: \(request.service.isEmpty ? "(none)" : "\(request.service)")",
        ]
    }

    /// The line for a line of a mechanism; `nil` for advice, which comes at the end.
    mutating func line(_ severity: MechanismMessage.Severity, _ text: ByteString) -> String? {
        let plain = Self.plain(text)
        guard !plain.hasPrefix(MechanismMessage.advicePrefix) else {
            if !advice.contains(plain) { advice.append(plain) }
            return nil
        }
        switch severity {
        case .error: return "  error: \(plain)"
        case .warning: return "  warning: \(plain)"
        case .notice, .information, .debug: return "  \(plain)"
        }
    }

    /// The verdict of one mechanism.
    static func verdict(_ outcome: MechanismTrial.Outcome) -> String {
        switch outcome {
        case .verdict(.accepted, _): "  verdict: accepted"
        case .verdict(.refused(let refusal), let detail):
            "  verdict: refused: \(detail.isEmpty ? refusal.words : plain(detail))"
        case .verdict(.unavailable(let unavailability), _): "  no verdict: \(plain(unavailability.reason))"
        case .unusable(let reason): "  no verdict: the mechanism cannot be used: \(plain(ByteString(reason)))"
        case .nothing(let reason): "  no verdict: \(plain(ByteString(reason)))"
        }
    }

    /// Whether `next` is asked after `outcome`, and why; `nil` where there is none to be asked.
    static func next(
        after outcome: MechanismTrial.Outcome,
        _ policy: NextPolicy,
        next: Route?
    ) -> (goesOn: Bool, line: String)? {
        guard let next else { return nil }
        switch (outcome, policy) {
        case (.verdict(.refused(.unknownUser), _), _):
            return (true, "  \(next) is asked next, because the user is unknown here")
        case (.verdict(.refused, _), .refused):
            return (true, "  \(next) is asked next, because this mechanism refused the login (--next-on refused)")
        case (.verdict(.refused, _), .unknown):
            return (false, "  \(next) is not asked, because the user is known here (--next-on unknown)")
        case (.verdict(.accepted, _), _):
            return (false, "  \(next) is not asked, because this mechanism accepted the login")
        case (.verdict(.unavailable, _), _), (.unusable, _), (.nothing, _):
            return (false, "  \(next) is not asked, because this mechanism gave no verdict")
        }
    }

    /// What to do, what the client would get, and the exit code.
    func end(_ outcome: MechanismTrial.Outcome) -> (lines: [String], code: CInt) {
        switch outcome {
        case .verdict(.accepted, _): return (["the client would get: OK (exit status 0)"], EXIT_SUCCESS)
        case .verdict(.refused, _):
            return (advice + ["the client would get: NO (exit status 1)"], Self.exitRefused)
        case .verdict(.unavailable, _), .unusable, .nothing:
            let reply = refusesUnavailable ? "NO, because of --unavailable no" : "a temporary failure"
            return (advice + ["the client would get: \(reply) (exit status 2)"], Self.exitUnavailable)
        }
    }

    /// `text` as one printable line, cut where it is too long.
    private static func plain(_ text: ByteString) -> String {
        let text = PlainText.of(text.text)
        return text.count > longestLine ? text.prefix(longestLine) + " ..." : text
    }
}

extension Refusal {
    /// Words for a mechanism that names no reason.
    fileprivate var words: String {
        switch self {
        case .unknownUser: "unknown user"
        case .wrongPassword: "wrong password"
        case .passwordExpired: "the password has expired"
        case .accountExpired: "the account has expired"
        case .notPermitted: "the account may not be used here and now"
        }
    }
}
