internal import Authentication
internal import EventLoop
internal import MechanismKit
internal import Platform

/// Checks passwords with a directory: a login at a time is a `LoginPlan`, whose actions are carried out here.
final class LDAPMechanism: ConcurrentMechanism {
    /// How exactly the end of an operation's time is noticed, in milliseconds.
    private static let watchPause = 50

    private let settings: SharedSettings
    private let rules: LoginRules
    private let loop: EventLoop
    private let log: MechanismLog
    private let mailbox: Mailbox
    private let servers: [DirectoryServer]
    private let comparisons: ComparisonQueue
    private var failover: FailoverState
    private var logins: [ObjectIdentifier: Login] = [:]
    private var isWatchingTime = false
    /// How long a login may take, in milliseconds.
    private let patience: Int

    /// A request on its way.
    private final class Login {
        let request: SharedRequest
        let answer: Answer
        var plan: LoginPlan
        /// When the operation is given up, and how.
        var limit: (time: Instant, giveUp: () -> Void)?
        var ticket: DirectoryServer.Ticket?
        /// The operation in flight, for the case that its time is over first.
        var sent: (connection: DirectoryConnection, id: Int32)?
        /// The connection on which the user binds, and its server.
        var own: (connection: DirectoryConnection, server: DirectoryServer)?
        /// The search for the user, and the server that was asked last, for advice.
        var search: LoginOperation.Query?
        var server = 0
        var passwords: [StoredValue] = []
        var hasCompared = false

        init(_ request: SharedRequest, _ plan: LoginPlan, _ answer: Answer) {
            self.request = request
            self.plan = plan
            self.answer = answer
        }
    }

    /// `timeout` is the daemon's, in seconds: a login is answered a moment before it.
    init(
        _ settings: consuming LDAPSettings,
        timeout: Int?,
        loop: EventLoop,
        log: MechanismLog
    ) throws(SystemError) {
        for warning in settings.warnings { log.warning(warning) }
        rules = LoginRules(settings)
        let shared = SharedSettings(settings)
        let mailbox = try Mailbox(loop)
        self.settings = shared
        self.loop = loop
        self.log = log
        self.mailbox = mailbox
        servers = shared.value.servers.map { DirectoryServer($0, shared, loop: loop, mailbox: mailbox, log: log) }
        comparisons = ComparisonQueue(mailbox)
        failover = FailoverState(count: servers.count)
        let seconds = timeout ?? 30
        patience = seconds > 2 ? seconds * 1000 - 1000 : seconds * 500
        // The loop may outlive this object.
        loop.expectation = { [weak self] in self?.logins.isEmpty == false ? .server : nil }
    }

    func begin(_ request: consuming AuthRequest, _ answer: Answer) {
        let shared = SharedRequest(request)
        let plan = LoginPlan(
            rules,
            values: TokenValues(shared.value, defaultRealm: settings.value.defaultRealm),
            servers: failover.order(now: loop.now),
            deadline: loop.now.advanced(milliseconds: patience)
        )
        let login = Login(shared, plan, answer)
        logins[ObjectIdentifier(login)] = login
        carryOut(login.plan.begin(hasPassword: !shared.value.password.isEmpty, now: loop.now), login)
    }

    private func carryOut(_ actions: [LoginAction], _ login: Login) {
        for action in actions {
            switch action {
            case .perform(let operation): perform(operation, login)
            case .conclude(let decision): conclude(decision, login)
            case .serverFailed(let number, let reason): serverFailed(number, reason)
            case .serverAnswered(let number):
                guard failover.answered(number), servers.count > 1 else { continue }
                log.notice("\(servers[number].url) is back")
            }
        }
    }

    private func handle(_ event: LoginEvent, _ operation: LoginOperation, _ login: Login) {
        stopWaiting(login)
        carryOut(login.plan.handle(event, of: operation.number, now: loop.now), login)
    }

    /// What was to end the operation in flight has no effect any more.
    private func stopWaiting(_ login: Login) {
        login.limit = nil
        login.ticket?.cancel()
        login.ticket = nil
        login.sent = nil
    }

    private func serverFailed(_ number: Int, _ reason: String) {
        guard failover.failed(number, now: loop.now), servers.count > 1 else { return }
        let url = "\(servers[number].url)"
        let words = reason.hasPrefix("\(url): ") ? String(reason.dropFirst(url.count + 2)) : reason
        log.warning("\(url) failed, skipping it for 10 s: \(words)")
    }

    // MARK: - Time

    /// Calls `giveUp` when `time` is over, unless the login goes on before.
    ///
    /// The mechanism owns the login, and the login the closure.
    private func limit(_ login: Login, _ time: Instant, _ giveUp: @escaping () -> Void) {
        login.limit = (time, giveUp)
        watchTime()
    }

    /// Looks for operations whose time is over as long as there are logins: cheaper than a timer for each operation.
    private func watchTime() {
        guard !isWatchingTime else { return }
        isWatchingTime = true
        loop.schedule(milliseconds: Self.watchPause) { [weak self] in
            guard let self else { return }
            isWatchingTime = false
            for login in Array(logins.values) {
                guard let limit = login.limit, limit.time <= loop.now else { continue }
                login.limit = nil
                limit.giveUp()
            }
            if !logins.isEmpty { watchTime() }
        }
    }

    // MARK: - Operations

    private func perform(_ operation: LoginOperation, _ login: Login) {
        let server = servers[operation.server]
        login.server = operation.server
        switch operation.task {
        case .compareStored: return compare(operation, login)
        case .searchUser, .compareGroup(_, _, _, .reader), .searchGroup(_, .reader):
            wait(operation, login) { server.askReader($0) }
        case .bindUser:
            giveBack(login)
            wait(operation, login) { server.askUser($0, mayReuse: operation.mayReuse) }
        case .compareGroup(_, _, _, .user), .searchGroup(_, .user), .whoAmI:
            guard let own = login.own else {
                return handle(.lost(reason: "no connection", wasSent: false), operation, login)
            }
            send(operation, on: own.connection, login)
        }
    }

    /// Waits for a connection, and sends the operation on it.
    private func wait(_ operation: LoginOperation, _ login: Login, _ ask: (DirectoryServer.Ticket) -> Void) {
        // The server's queue keeps the closure, and may outlive the login.
        let ticket = DirectoryServer.Ticket(deadline: operation.sendDeadline) { [weak self, weak login] result in
            guard let self, let login else { return }
            switch result {
            case .failed(let unavailable): handle(.unprepared(unavailable), operation, login)
            case .connection(let connection):
                login.limit = nil
                if operation.task.isBind { login.own = (connection, servers[operation.server]) }
                send(operation, on: connection, login)
            }
        }
        login.ticket = ticket
        limit(login, operation.sendDeadline) { [unowned self, unowned login] in
            handle(.late(wasSent: false), operation, login)
        }
        ask(ticket)
    }

    private func send(_ operation: LoginOperation, on connection: DirectoryConnection, _ login: Login) {
        // The connection keeps the closure, and may outlive the login.
        let done: (DirectoryConnection.Ending) -> Void = { [weak self, weak login] ending in
            guard let self, let login else { return }
            answered(ending, operation, login)
        }
        describe(operation)
        let sending: DirectoryConnection.Sending
        switch operation.task {
        case .compareStored: return
        case .searchUser(let query):
            login.search = query
            let wanted = SearchAttributes(account: rules.loginAttribute, password: passwordAttribute)
            sending = connection.search(query, wanted: wanted, entries: settings.value.limits.entries, done)
        case .searchGroup(let query, _):
            sending = connection.search(query, wanted: SearchAttributes(), entries: 1, done)
        case .compareGroup(let dn, let attribute, let value, _):
            sending = connection.compare(dn: dn, attribute: attribute, value: value, done)
        case .whoAmI: sending = connection.whoAmI(done)
        case .bindUser(let identity): sending = connection.bind(identity, login.request, done)
        }
        switch sending {
        case .ended(let ending): return answered(ending, operation, login)
        case .lost(let reason):
            return handle(.lost(reason: place(operation, reason), wasSent: false), operation, login)
        case .sent(let id):
            login.sent = (connection, id)
            limit(login, operation.deadline) { [unowned self, unowned login] in late(operation, login) }
        }
    }

    /// No answer has come in time.
    private func late(_ operation: LoginOperation, _ login: Login) {
        if let sent = login.sent {
            switch operation.task {
            case .bindUser, .whoAmI, .compareGroup(_, _, _, .user), .searchGroup(_, .user): sent.connection.close()
            case .searchUser, .compareGroup, .searchGroup, .compareStored:
                sent.connection.abandon(sent.id)
                servers[operation.server].retire(sent.connection)
            }
        }
        handle(.late(wasSent: true), operation, login)
    }

    private func answered(_ ending: DirectoryConnection.Ending, _ operation: LoginOperation, _ login: Login) {
        describe(ending, of: operation)
        switch ending {
        case .searched(let answer, let found):
            if operation.task.isUserSearch { login.passwords = found.passwords }
            handle(.searched(answer, count: found.count, entry: found.entry), operation, login)
        case .answered(let answer): handle(.answered(answer), operation, login)
        case .identified(let answer, let identity): handle(.identified(answer, identity), operation, login)
        case .lost(let reason): handle(.lost(reason: place(operation, reason), wasSent: true), operation, login)
        }
    }

    private var passwordAttribute: ByteString? {
        guard case .custom(_, let attribute) = settings.value.method else { return nil }
        return attribute
    }

    // MARK: - Stored passwords

    private func compare(_ operation: LoginOperation, _ login: Login) {
        login.hasCompared = true
        let passwords = login.passwords
        login.passwords = []
        let comparison = comparisons.add(login.request, passwords) { [weak self, weak login] outcome, remarks in
            guard let self, let login else { return }
            for remark in remarks { log.warning("user \(login.request.value.login): \(remark)") }
            handle(.comparedStored(outcome), operation, login)
        }
        limit(login, operation.deadline) { [unowned self, unowned login] in
            comparison.cancel()
            handle(.late(wasSent: false), operation, login)
        }
    }

    // MARK: - The end

    private func conclude(_ decision: Decision, _ login: Login) {
        stopWaiting(login)
        giveBack(login)
        guard case .custom = settings.value.method, !login.hasCompared, case .refused = decision.verdict,
            !login.request.value.password.isEmpty
        else { return answer(decision, login) }
        // Unknown users take as long as others.
        comparisons.add(login.request, []) { [weak self, login] _, _ in self?.answer(decision, login) }
    }

    private func answer(_ decision: Decision, _ login: Login) {
        guard logins.removeValue(forKey: ObjectIdentifier(login)) != nil else { return }
        report(decision, login)
        login.answer(decision)
    }

    private func giveBack(_ login: Login) {
        guard let own = login.own.take() else { return }
        own.server.release(own.connection)
    }

    // MARK: - Log

    private func place(_ operation: LoginOperation, _ reason: String) -> String {
        "\(servers[operation.server].url): \(operation.task.name): \(reason)"
    }

    /// Logs what an administrator can change: what is neither a wrong password nor an unknown user.
    private func report(_ decision: Decision, _ login: Login) {
        let name = login.request.value.login
        switch decision.verdict {
        case .accepted where !decision.detail.isEmpty && !login.hasCompared:
            log.notice("user \(name): \(decision.detail)")
        case .refused(.wrongPassword), .refused(.unknownUser), .accepted, .unavailable: break
        case .refused: log.notice("user \(name): \(decision.detail)")
        }
        if log.isVerbose { advise(decision, login) }
    }

    /// Logs what an administrator can do.
    private func advise(_ decision: Decision, _ login: Login) {
        switch decision.verdict {
        case .refused(.unknownUser):
            guard let search = login.search else { return }
            log.advise("ask the directory yourself: \(command(search, at: servers[login.server].url))")
            guard login.request.value.login.bytes.contains(UInt8(ascii: "@")) else { return }
            log.advise("if the directory has no domains in logins, leave out -r, or use %U in ldap_filter")
        case .unavailable(let unavailability):
            if unavailability.reason.text.contains("the bind as ldap_bind_dn") {
                log.advise(
                    "check ldap_bind_dn and ldap_bind_pw: ldapwhoami -x -H \(servers[login.server].url) -D DN -W"
                )
            }
            if unavailability.reason.text.contains("TLS: ") {
                log.advise(
                    "check that the name in ldap_servers is in the server's certificate, and that ldap_tls_cacert_file is "
                        + "the authority that signed it"
                )
            }
        case .accepted, .refused: break
        }
    }

    /// The search as a command of the administrator.
    private func command(_ search: LoginOperation.Query, at url: ServerURL) -> String {
        var words = ["ldapsearch", "-x", "-H", "\(url)"]
        if settings.value.tls.startsTLS { words.append("-ZZ") }
        if case .simple(let name) = settings.value.reader { words += ["-D", Self.quoted(name), "-W"] }
        words += ["-b", Self.quoted(search.base), "-s", search.scope.rawValue, Self.quoted(search.filter)]
        return words.joined(separator: " ")
    }

    /// One word of a shell command.
    private static func quoted(_ text: ByteString) -> String {
        "'\(PlainText.of(text.text).replacing("'", with: "'\\''"))'"
    }

    private func describe(_ operation: LoginOperation) {
        guard log.isVerbose else { return }
        let url = servers[operation.server].url
        switch operation.task {
        case .searchUser(let query), .searchGroup(let query, _):
            log.debug("\(url): \(operation.task.name): base \(query.base), filter \(query.filter)")
        case .compareGroup(let dn, let attribute, let value, _):
            log.debug("\(url): \(operation.task.name): \(dn), \(attribute)=\(value)")
        case .bindUser(.name(let name)): log.debug("\(url): \(operation.task.name): \(name)")
        case .bindUser(.sasl(_, let identity)): log.debug("\(url): \(operation.task.name): by SASL, as \(identity)")
        case .whoAmI, .compareStored: break
        }
    }

    private func describe(_ ending: DirectoryConnection.Ending, of operation: LoginOperation) {
        guard log.isVerbose else { return }
        let url = servers[operation.server].url
        switch ending {
        case .searched(let answer, let found):
            let name = found.entry.map { ", \($0.dn)" } ?? ""
            log.debug(
                "\(url): \(operation.task.name): \(ByteString(answer.description)), entries: \(found.count)\(name)"
            )
        case .answered(let answer): log.debug("\(url): \(operation.task.name): \(ByteString(answer.description))")
        case .identified(let answer, let identity):
            log.debug("\(url): \(operation.task.name): \(ByteString(answer.description)), \(identity)")
        case .lost(let reason): log.debug("\(url): \(operation.task.name): \(ByteString(reason))")
        }
    }
}

extension LoginOperation.Task {
    fileprivate var isUserSearch: Bool {
        if case .searchUser = self { true } else { false }
    }
}
