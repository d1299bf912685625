import Authentication
import CommandLine
import ProcessProtocol
import Testing

@testable import Master

@Suite struct LoginReportTests {
    private typealias Outcome = MechanismTrial.Outcome

    private static let unknown = Outcome.verdict(.refused(.unknownUser))
    private static let wrong = Outcome.verdict(.refused(.wrongPassword))
    private static let down = Outcome.verdict(.unavailable(Unavailability("down")))

    @Test(
        arguments: [
            (unknown, NextPolicy.unknown, true, "because the user is unknown here"),
            (unknown, .refused, true, "because the user is unknown here"),
            (wrong, .unknown, false, "because the user is known here (--next-on unknown)"),
            (wrong, .refused, true, "because this mechanism refused the login (--next-on refused)"),
            (.verdict(.accepted), .refused, false, "because this mechanism accepted the login"),
            (down, .refused, false, "because this mechanism gave no verdict"),
            (.unusable("x"), .refused, false, "because this mechanism gave no verdict"),
            (.nothing("x"), .unknown, false, "because this mechanism gave no verdict"),
        ] as [(MechanismTrial.Outcome, NextPolicy, Bool, String)]
    )
    func `the next mechanism is asked as the daemon asks it, with the reason`(
        outcome: MechanismTrial.Outcome,
        policy: NextPolicy,
        goesOn: Bool,
        reason: String
    ) throws {
        let next = try #require(Route(optionText: "pam"))
        let step = try #require(LoginReport.next(after: outcome, policy, next: next))
        #expect(step.goesOn == goesOn && step.line == "  pam is \(goesOn ? "asked next" : "not asked"), \(reason)")
        if case .verdict(let verdict, _) = outcome { #expect(policy.goesOn(after: verdict) == goesOn) }
        #expect(LoginReport.next(after: outcome, policy, next: nil) == nil)
    }

    @Test func `advice comes once, after everything else, and not for an accepted login`() {
        var report = LoginReport(refusesUnavailable: false)
        let texts: [(MechanismMessage.Severity, ByteString)] = [
            (.debug, "a fact"), (.error, "bad"), (.debug, "to do: pwconv"), (.debug, "to do: pwconv"),
        ]
        let lines = texts.map { report.line($0, $1) }
        #expect(lines == ["  a fact", "  error: bad", nil, nil])
        #expect(report.end(Self.wrong).lines == ["to do: pwconv", "the client would get: NO (exit status 1)"])
        #expect(report.end(.verdict(.accepted)).lines == ["the client would get: OK (exit status 0)"])
        #expect(report.end(Self.down).code == 2)
    }

    @Test func `a mechanism's text is one printable line, and is cut`() {
        var report = LoginReport(refusesUnavailable: false)
        let plain = report.line(.debug, "a\u{1B}[2J\nb\u{202E}c")
        #expect(plain == "  a\\x1b[2J\\nb\\u{202e}c")
        let long = report.line(.debug, ByteString(String(repeating: "x", count: 60_000))) ?? ""
        #expect(long.count < 1_100 && long.hasSuffix(" ..."))
        let verdict = LoginReport.verdict(.verdict(.refused(.notPermitted), detail: "a\nb"))
        #expect(verdict == "  verdict: refused: a\\nb")
    }
}
