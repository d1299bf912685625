internal import Authentication
internal import MechanismKit
internal import Platform

/// The state of one login.
///
/// Events go in, actions come out; no connections, clocks or passwords. A login is accepted only after the user's own bind has
/// succeeded, or a stored password has matched, and, if the settings require a group, after a positive check of membership. The
/// user's bind is sent at most once: refused passwords count towards a lockout, and one-time passwords are valid once.
struct LoginPlan: Sendable {
    /// Whether the password has been verified.
    private enum Proof: Hashable {
        case none
        /// The user's bind was handed over, and may have been sent.
        case asked
        case given
    }

    private let rules: LoginRules
    private let deadline: Instant
    private var values: TokenValues
    /// The servers that have not been asked yet.
    private var servers: [Int]
    private var server = 0
    private var proof = Proof.none
    private var isMember = false
    private var account: ByteString?
    /// What is in flight; `nil` before the first and after the last.
    private var current: LoginOperation?
    private var lastNumber = 0
    /// Whether the server was asked a second time, on a new connection.
    private var hasReconnected = false
    private var reasons: [String] = []
    private var scope = Unavailability.Scope.login
    private var notes: [String] = []
    private(set) var hasEnded = false

    /// A login that asks `servers` in this order and must be answered by `deadline`.
    init(_ rules: LoginRules, values: TokenValues, servers: [Int], deadline: Instant) {
        self.rules = rules
        self.values = values
        self.values.userDN = ""
        self.servers = servers
        self.deadline = deadline
    }

    /// The operation in flight, with the time at which it is given up.
    var operation: LoginOperation? { current }

    /// Begins; refuses an empty login or password without asking a server.
    mutating func begin(hasPassword: Bool, now: Instant) -> [LoginAction] {
        guard hasPassword else { return refuse(.wrongPassword, "the password is empty") }
        guard !values.value(of: .login).isEmpty else { return refuse(.unknownUser, "the login is empty") }
        guard let first = servers.first else { return fail("no server is configured") }
        servers.removeFirst()
        server = first
        return next(now: now)
    }

    /// Handles what happened to the operation `number`; events of any but the one in flight are ignored.
    mutating func handle(_ event: LoginEvent, of number: Int, now: Instant) -> [LoginAction] {
        guard !hasEnded, let operation = current, operation.number == number else { return [] }
        current = nil
        switch event {
        case .unprepared(let unavailable): return goOn(operation, unavailable, wasSent: false, now: now)
        case .lost(let reason, let wasSent):
            let lost = Judgement.Unavailable(reason: reason, scope: .login, isOfServer: true)
            return goOn(operation, lost, wasSent: wasSent, mayAskAgain: operation.mayReuse, now: now)
        case .late(let wasSent):
            let reason = "\(operation.task.name): no answer in time"
            let late = Judgement.Unavailable(reason: reason, scope: .login, isOfServer: true)
            // It may be the connection alone that is dead, as firewalls forget idle ones.
            let mayAskAgain = operation.mayReuse && servers.isEmpty
            return goOn(operation, late, wasSent: wasSent, mayAskAgain: mayAskAgain, now: now)
        case .searched, .answered, .identified, .comparedStored:
            return judge(event, operation, now: now)
        }
    }

    // MARK: - Answers

    private mutating func judge(_ event: LoginEvent, _ operation: LoginOperation, now: Instant) -> [LoginAction] {
        switch take(event, operation) {
        case .done(let note):
            if !note.isEmpty { notes.append(note) }
            return answered(operation) + next(now: now)
        case .refused(let refusal, let reason): return answered(operation) + refuse(refusal, reason)
        case .unavailable(let unavailable):
            return goOn(operation, unavailable, wasSent: true, now: now)
        }
    }

    /// Judges an answer; one that does not fit the operation is no verdict.
    private mutating func take(_ event: LoginEvent, _ operation: LoginOperation) -> Judgement {
        switch (operation.task, event) {
        case (.searchUser, .searched(let answer, let count, let entry)):
            let judgement = Judgement(userSearch: answer, count: count, isBaseOfUser: hasBaseOfUser)
            guard case .done = judgement else { return judgement }
            // A bind without a name would succeed with any password.
            guard let entry, !entry.dn.isEmpty else {
                let reason = "the search: the entry has no DN"
                return .unavailable(Judgement.Unavailable(reason: reason, scope: .login, isOfServer: true))
            }
            values.userDN = entry.dn
            account = entry.account ?? entry.dn
            return judgement
        case (.bindUser, .answered(let answer)):
            let judgement = Judgement(userBind: answer)
            if case .done = judgement { proof = .given }
            return judgement
        case (.compareStored, .comparedStored(let outcome)):
            switch outcome {
            case .matches(let scheme):
                proof = .given
                return .done(note: scheme)
            case .differs: return .refused(.wrongPassword, reason: "no stored password matches")
            case .noPassword: return .refused(.wrongPassword, reason: "the entry has no usable password")
            }
        case (.compareGroup, .answered(let answer)):
            let judgement = Judgement(groupCompare: answer, isGroupOfUser: hasGroupOfUser)
            if case .done = judgement { isMember = true }
            return judgement
        case (.searchGroup, .searched(let answer, let count, _)):
            let judgement = Judgement(groupSearch: answer, count: count, isBaseOfUser: hasGroupOfUser)
            if case .done = judgement { isMember = true }
            return judgement
        case (.whoAmI, .identified(let answer, let identity)):
            guard answer.code == .success, identity.bytes.starts(with: "dn:".utf8), identity.count > 3 else {
                let reason = "the server does not report the DN of the user: \(answer.description)"
                return .unavailable(Judgement.Unavailable(reason: reason, scope: .login, isOfServer: false))
            }
            values.userDN = ByteString(Array(identity.bytes.dropFirst(3)))
            account = values.userDN
            return .done(note: "")
        default:
            let reason = "\(operation.task.name): an answer to something else"
            return .unavailable(Judgement.Unavailable(reason: reason, scope: .login, isOfServer: true))
        }
    }

    private func answered(_ operation: LoginOperation) -> [LoginAction] {
        operation.task == .compareStored ? [] : [.serverAnswered(operation.server)]
    }

    // MARK: - Failures

    /// Asks again on another connection or server if that is harmless; otherwise concludes without a verdict.
    private mutating func goOn(
        _ operation: LoginOperation,
        _ unavailable: Judgement.Unavailable,
        wasSent: Bool,
        mayAskAgain: Bool = false,
        now: Instant
    ) -> [LoginAction] {
        reasons.append(unavailable.reason)
        scope = unavailable.scope
        var actions: [LoginAction] = []
        if unavailable.isOfServer, !mayAskAgain {
            actions.append(.serverFailed(operation.server, reason: unavailable.reason))
        }
        if case .bindUser = operation.task {
            guard !wasSent else { return actions + fail(nil) }
            proof = .none
        }
        guard now < deadline, !operation.task.isOnConnectionOfUser else { return actions + fail(nil) }
        if mayAskAgain {
            hasReconnected = true
            return actions + next(now: now)
        }
        // Another server finds the same where it is not this one that fails.
        guard unavailable.isOfServer, !servers.isEmpty else { return actions + fail(nil) }
        server = servers.removeFirst()
        hasReconnected = false
        return actions + next(now: now)
    }

    private mutating func fail(_ reason: String?) -> [LoginAction] {
        if let reason { reasons.append(reason) }
        let text = reasons.joined(separator: "; ")
        return conclude(Decision(.unavailable(Unavailability(text, scope: scope)), account: account))
    }

    private mutating func refuse(_ refusal: Refusal, _ reason: String) -> [LoginAction] {
        conclude(Decision(.refused(refusal), account: account, detail: reason))
    }

    private mutating func conclude(_ decision: Decision) -> [LoginAction] {
        hasEnded = true
        current = nil
        return [.conclude(decision)]
    }

    // MARK: - What is next

    private mutating func next(now: Instant) -> [LoginAction] {
        switch nextTask() {
        case .task(let task):
            lastNumber += 1
            let operation = LoginOperation(
                number: lastNumber,
                server: server,
                task: task,
                mayReuse: !hasReconnected,
                sendDeadline: now.advanced(milliseconds: patience(now: now, isShared: true)),
                deadline: now.advanced(milliseconds: patience(now: now, isShared: !task.isBind))
            )
            if case .bindUser = task { proof = .asked }
            current = operation
            return [.perform(operation)]
        case .refuse(let refusal, let reason): return refuse(refusal, reason)
        case .accept:
            let decision = Decision(.accepted, account: account, detail: notes.joined(separator: "; "))
            return conclude(decision)
        case .fail(let reason): return fail(reason)
        }
    }

    private enum Next {
        case task(LoginOperation.Task)
        case refuse(Refusal, String)
        case accept
        case fail(String)
    }

    private func nextTask() -> Next {
        switch proof {
        case .none: return taskForProof()
        // A bind whose answer is not known is never followed by another.
        case .asked: return .fail("the answer to the user's bind is not known")
        case .given: break
        }
        if isMember { return .accept }
        switch rules.membership {
        case .notAsked: return .accept
        case .attribute, .search: break
        }
        if rules.needsDN, known.userDN.isEmpty { return .task(.whoAmI) }
        return taskForMembership()
    }

    private func taskForProof() -> Next {
        switch rules.method {
        case .bind(let search):
            guard values.userDN.isEmpty else { return .task(.bindUser(.name(values.userDN))) }
            return query(search, attributes: [rules.loginAttribute ?? "1.1"], refusal: .unknownUser) { .searchUser($0) }
        case .custom(let search, let attribute):
            guard values.userDN.isEmpty else { return .task(.compareStored) }
            let attributes = [attribute] + (rules.loginAttribute.map { [$0] } ?? [])
            return query(search, attributes: attributes, refusal: .unknownUser) { .searchUser($0) }
        case .fastbind(let pattern):
            switch pattern.expand(values) {
            case .refused(let reason): return .refuse(.unknownUser, reason)
            case .text(let name): return .task(.bindUser(.name(name)))
            }
        case .saslBind(let settings):
            return .task(.bindUser(.sasl(settings, identity: values.identity)))
        }
    }

    private func taskForMembership() -> Next {
        switch rules.membership {
        case .notAsked: return .accept
        case .attribute(let group, let attribute, let asker):
            switch group.expand(known) {
            case .refused(let reason): return .refuse(.notPermitted, "not a member: \(reason)")
            case .text(let dn):
                return .task(.compareGroup(dn: dn, attribute: attribute, value: known.userDN, asker: asker))
            }
        case .search(let search, let asker):
            return query(search, attributes: ["1.1"], refusal: .notPermitted) { .searchGroup($0, asker: asker) }
        }
    }

    private func query(
        _ search: DirectorySearch,
        attributes: [ByteString],
        refusal: Refusal,
        _ make: (LoginOperation.Query) -> LoginOperation.Task
    ) -> Next {
        switch (search.base.expand(known), search.filter.expand(known)) {
        case (.refused(let reason), _), (_, .refused(let reason)): .refuse(refusal, reason)
        case (.text(let base), .text(let filter)):
            .task(
                make(LoginOperation.Query(base: base, scope: search.scope, filter: filter, attributes: attributes))
            )
        }
    }

    /// The values with the bind DN of the user for fastbind, which does not search.
    private var known: TokenValues {
        guard values.userDN.isEmpty, case .fastbind(let pattern) = rules.method, pattern.isDN,
            case .text(let name) = pattern.expand(values)
        else { return values }
        var known = values
        known.userDN = name
        return known
    }

    private var hasBaseOfUser: Bool {
        switch rules.method {
        case .bind(let search), .custom(let search, _): !search.base.tokens.isEmpty
        case .fastbind, .saslBind: false
        }
    }

    private var hasGroupOfUser: Bool {
        switch rules.membership {
        case .notAsked: false
        case .attribute(let group, _, _): !group.tokens.isEmpty
        case .search(let search, _): !search.base.tokens.isEmpty
        }
    }

    /// How long an operation may take, in milliseconds: a part of the login's time for each attempt that is left, unless no other
    /// will follow it.
    private func patience(now: Instant, isShared: Bool) -> Int {
        let rest = now.milliseconds(until: deadline)
        let patience = rules.patience == 0 ? rest : min(rules.patience, rest)
        let attempts = servers.isEmpty ? (hasReconnected ? 1 : 2) : servers.count + 1
        return isShared ? min(patience, rest / attempts) : patience
    }
}

extension LoginOperation.Task {
    /// What it is called in a reason.
    var name: String {
        switch self {
        case .searchUser: "the search"
        case .bindUser: "the user's bind"
        case .compareStored: "the comparison with stored passwords"
        case .compareGroup: "the comparison with ldap_group_dn"
        case .searchGroup: "the search for the group"
        case .whoAmI: "who am I"
        }
    }

    var isBind: Bool {
        if case .bindUser = self { true } else { false }
    }

    /// Whether only the connection on which the user has bound can do it.
    var isOnConnectionOfUser: Bool {
        switch self {
        case .compareGroup(_, _, _, .user), .searchGroup(_, .user), .whoAmI: true
        case .searchUser, .bindUser, .compareStored, .compareGroup, .searchGroup: false
        }
    }
}
