import Authentication
import MechanismKit
import Platform
import Testing

@testable import saslauthd_ldap

/// Every event at every step of every kind of login.
@Suite struct EveryCourseTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static let end = start.advanced(milliseconds: 20_000)

    private static let codes: [Int32] = [-1, 0, 4, 5, 6, 10, 16, 32, 49, 50, 51, 53, 80]

    private static let events: [LoginEvent] = {
        let answers = codes.map { ServerAnswer(ResultCode(rawValue: $0)) }
        let expired = ServerAnswer(.success, policy: PasswordPolicy(problem: .passwordExpired))
        let entry = FoundEntry(dn: "uid=alice,dc=x")
        let server = Judgement.Unavailable(reason: "r", scope: .login, isOfServer: true)
        let configured = Judgement.Unavailable(reason: "r", scope: .mechanism, isOfServer: false)
        return answers.map { .answered($0) } + [.answered(expired)]
            + answers.flatMap { answer in
                [
                    LoginEvent.searched(answer, count: 0, entry: nil), .searched(answer, count: 1, entry: entry),
                    .searched(answer, count: 1, entry: FoundEntry(dn: "")), .searched(answer, count: 2, entry: entry),
                ]
            }
            + [
                .identified(ServerAnswer(.success), "dn:uid=a"), .identified(ServerAnswer(.success), ""),
                .identified(ServerAnswer(.success), "dn:"), .comparedStored(.matches(scheme: "SSHA")),
                .comparedStored(.differs), .comparedStored(.noPassword), .unprepared(server), .unprepared(configured),
                .lost(reason: "l", wasSent: true), .lost(reason: "l", wasSent: false), .late(wasSent: true),
                .late(wasSent: false),
            ]
    }()

    /// What has happened on the way to where a plan is.
    private struct Witness {
        var hasProof = false
        var isMember = false
        var sentBinds = 0
        var steps = 0

        mutating func saw(_ event: LoginEvent, _ task: LoginOperation.Task) {
            steps += 1
            switch (task, event) {
            case (.bindUser, .answered(let answer)):
                sentBinds += 1
                if answer.code == .success, answer.policy == nil { hasProof = true }
            case (.bindUser, .lost(_, let wasSent)), (.bindUser, .late(let wasSent)): sentBinds += wasSent ? 1 : 0
            case (.bindUser, .unprepared): break
            case (.bindUser, _): sentBinds += 1
            case (.compareStored, .comparedStored(.matches)): hasProof = true
            case (.compareGroup, .answered(let answer)): if answer.code == .compareTrue { isMember = true }
            case (.searchGroup, .searched(let answer, let count, _)):
                if count > 0, answer.code == .success || answer.code == .sizeLimitExceeded { isMember = true }
            default: break
            }
        }
    }

    @Test(arguments: [
        "", "ldap_auth_method: custom\n", "ldap_auth_method: fastbind\nldap_filter: uid=%u,dc=x\n",
        "ldap_use_sasl: yes\nldap_mech: PLAIN\n",
    ])
    func `none is accepted without the user's own proof and, if asked for, a group`(method: String) throws {
        let groups = [
            "", "ldap_group_dn: cn=g\n", "ldap_group_match_method: filter\nldap_group_filter: (member=%D)\n",
        ]
        for group in groups {
            let text = method + group
            let rules = LoginRules(try LDAPSettings(SettingsText(file: "/x", text: Array(text.utf8).span)))
            var plan = LoginPlan(
                rules,
                values: TokenValues(login: "alice", realm: "", service: ""),
                servers: [0, 1],
                deadline: Self.end
            )
            let actions = plan.begin(hasPassword: true, now: Self.start)
            try #require(actions.count == 1 && plan.operation != nil)
            var accepted = 0
            walk(plan, Witness(), needsGroup: !group.isEmpty, &accepted)
            #expect(accepted > 0, "\(text)")
        }
    }

    private func walk(_ plan: LoginPlan, _ witness: Witness, needsGroup: Bool, _ accepted: inout Int) {
        guard let operation = plan.operation else {
            Issue.record("neither an operation nor an end")
            return
        }
        // Two servers, each on two connections, for three kinds of operations at the most.
        guard witness.steps < 12 else {
            Issue.record("no end")
            return
        }
        if operation.task.isBind, witness.sentBinds > 0 { Issue.record("a second bind of the user") }
        if case .bindUser(.name(let name)) = operation.task, name.isEmpty { Issue.record("a bind without a name") }
        for event in Self.events {
            var next = plan
            var witness = witness
            witness.saw(event, operation.task)
            let actions = next.handle(event, of: operation.number, now: Self.start)
            var outcomes = 0
            for action in actions {
                switch action {
                case .conclude(let decision):
                    outcomes += 1
                    guard decision.verdict == .accepted else { continue }
                    accepted += 1
                    if !witness.hasProof || needsGroup && !witness.isMember {
                        Issue.record("accepted after \(event) of \(operation.task)")
                    }
                case .perform: outcomes += 1
                case .serverFailed, .serverAnswered: break
                }
            }
            if outcomes != 1 { Issue.record("\(outcomes) outcomes of \(event)") }
            if !next.hasEnded { walk(next, witness, needsGroup: needsGroup, &accepted) }
        }
    }

    @Test func `after its deadline a login has an end at the next event, whatever it is`() throws {
        let rules = LoginRules(try LDAPSettings(SettingsText(file: "/x", text: Span())))
        for event in [LoginEvent.late(wasSent: true), .late(wasSent: false), .lost(reason: "l", wasSent: false)] {
            var plan = LoginPlan(
                rules,
                values: TokenValues(login: "alice", realm: "", service: ""),
                servers: [0, 1, 2],
                deadline: Self.end
            )
            _ = plan.begin(hasPassword: true, now: Self.start)
            _ = plan.handle(event, of: plan.operation?.number ?? 0, now: Self.end)
            #expect(plan.hasEnded)
        }
    }
}
