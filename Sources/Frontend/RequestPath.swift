internal import Authentication
internal import Folding
internal import Logging
internal import MuxProtocol
internal import Options
internal import Platform
internal import ProcessProtocol

/// One request's way, from the client's question to the answer.
final class RequestPath {
    private let options: ServiceOptions
    private let audit: AuditLog
    private let loop: EventLoop
    /// The mechanisms, in the order in which they are asked.
    private var stages: [Stage] = []
    private let memory: CredentialMemory
    private var names: AccountNames
    private var throttle: Throttle?
    private var transactions: [UInt32: Transaction] = [:]
    /// Those whose client waits.
    private var byAge = AgeList<UInt32>()
    /// Clients whose refusal is delayed by the throttle.
    private var delayed: [UInt32: Client] = [:]
    private var nextID: UInt32 = 0
    private var forgiven = 0
    private var turnedAway = 0
    private var realmAdvice: RealmAdvice
    private var scratch = [UInt8](repeating: 0, count: 65_536)

    private static let tooManyAttempts = "too many attempts at this login"
    private static let tooBusy = "no worker was free in time (-n, --timeout)"

    private struct Stage {
        let route: Route
        let pool: WorkerPool
        var tally = Tally()
    }

    private var logger: Logger { audit.logger }

    /// Connections to a route's socket become workers: the master starts one on each.
    ///
    /// There is one route at the least.
    init(
        options: ServiceOptions,
        routes: [(route: Route, workerSocket: String)],
        memory: CredentialMemory,
        audit: AuditLog,
        loop: EventLoop,
        master: MasterLink
    ) {
        self.options = options
        self.audit = audit
        self.loop = loop
        self.memory = memory
        names = AccountNames(joinsRealm: options.joinsRealm)
        realmAdvice = RealmAdvice(joinsRealm: options.joinsRealm)
        throttle =
            options.throttle == .on
            ? Throttle(
                limits: .init(longestDelay: options.maximumDelay * 1000),
                random: { Int.random(in: 0..<$0) }
            ) : nil
        stages = routes.map { route, socket in
            let pool = WorkerPool(
                route.mechanism,
                options: options,
                socket: socket,
                path: self,
                loop: loop,
                master: master,
                logger: audit.logger
            )
            return Stage(route: route, pool: pool)
        }
    }

    /// Whether a worker has a request in flight, or will have.
    var isBusy: Bool { !transactions.isEmpty }

    /// Lends out the buffer that everything is read into.
    func withScratch(_ body: (inout [UInt8]) -> Void) {
        body(&scratch)
    }

    /// Whether `tick` has anything to do later.
    var needsTime: Bool {
        !transactions.isEmpty || stages.contains { $0.pool.needsTime } || throttle?.needsTime == true
    }

    /// Starts a first worker of each mechanism, whose hellos make the frontend ready.
    func warmUp() {
        for stage in stages { stage.pool.warmUp() }
    }

    /// Whether each mechanism has had a worker that was ready.
    var isReady: Bool { stages.allSatisfy { $0.pool.isReady } }

    /// Learns what the frontend before this one remembered; this one serves from now on.
    func takeOver() {
        memory.takeOver(now: .now)
    }

    func ask(_ request: consuming AuthRequest, from client: Client) {
        let now = loop.now
        let request = options.joinsRealm ? request.joiningRealm() : request
        let trace: CredentialMemory.Trace
        switch memory.look(at: request, now: now) {
        case .hit:
            audit.cached(AuditLog.Subject(request, peer: client.peer))
            return client.answer(.cached)
        case .miss(let found): trace = found
        }
        let fitting = stages.indices.filter { stages[$0].route.fits(realm: request.realm, service: request.service) }
        guard !fitting.isEmpty else {
            // No mechanism was asked, so none is to blame, and nobody has guessed.
            audit.unrouted(AuditLog.Subject(request, peer: client.peer))
            return client.answer(reply(to: .refused(.unknownUser), of: stages[stages.count - 1].route.mechanism))
        }
        nextID &+= 1
        let id = nextID
        let account = names.account(
            login: request.login,
            realm: request.realm,
            of: fitting.lazy.map { [stages] in stages[$0].route.mechanism }
        )
        let admission = throttle?.arrived(
            id,
            Throttle.Attempt(
                account: account.account,
                service: request.service,
                addresses: AddressBlock.blocks(of: request.remote.bytes),
                isKnown: trace.isKnown,
                isRepeated: trace.isRepeated,
                password: trace.password
            ),
            now: now
        )
        let transaction = Transaction(
            request,
            from: client,
            account: account,
            stages: fitting,
            trace: trace,
            arrived: now,
            deadline: now.advanced(milliseconds: options.timeout * 1000)
        )
        transaction.place = byAge.append(id, now: now)
        transactions[id] = transaction
        switch admission {
        case .proceed, nil: askNext(id)
        case .wait(let dropped, let answered):
            transaction.isThrottled = true
            if let answered { delayed.removeValue(forKey: answered)?.answerHeld() }
            if let dropped { turnAway(dropped) }
        }
    }

    /// The bytes that hand a request to a worker; `nil` when nobody waits for it any more, and it was forgotten.
    func frame(of id: UInt32) -> [UInt8]? {
        guard let transaction = transactions[id] else { return nil }
        // One that was read and is handed out in the same turn cannot have gone.
        if transaction.arrived < loop.now, transaction.client.hasHungUp {
            forget(id)
            return nil
        }
        transaction.hand(now: loop.now)
        return RequestFrame.encode(id: id, transaction.request)
    }

    /// Answers the requests whose time is over, has those asked about whose turn it is, and starts and ends workers.
    func tick() {
        // First the workers: what they are to blame for is not for want of time.
        for stage in stages { stage.pool.tick() }
        let limit = loop.now.reduced(milliseconds: options.timeout * 1000)
        while let id = byAge.oldest(since: limit) { expire(id) }
        for (id, transaction) in transactions {
            if transaction.isLate {
                // A worker that goes on with others and never comes back to this one holds no turn at a login for ever.
                if transaction.deadline < limit { conclude(id, .overload("")) }
            } else if transaction.handed == nil, transaction.client.hasHungUp {
                if let stage = transaction.stage { stages[stage].pool.withdraw(id) }
                forget(id)
            }
        }
        proceed(with: throttle?.tick(now: loop.now) ?? [])
    }

    /// Turns away the request that has waited longest among others at the same login; says whether there was one.
    func turnAwayLongestWaiting() -> Bool {
        guard let id = throttle?.longestWaiting else { return false }
        turnAway(id)
        return true
    }

    /// The answer to a client whose request nobody can see to.
    var unavailableReply: Reply {
        reply(to: .unavailable(Unavailability("")), of: stages[stages.count - 1].route.mechanism)
    }

    private func reply(to verdict: Verdict, of mechanism: PluginName) -> Reply {
        Reply(to: verdict, of: mechanism, refusesUnavailable: options.unavailable == .no)
    }

    /// The word of the mechanism that was asked last.
    func decide(_ id: UInt32, _ finding: Finding) {
        guard let transaction = transactions[id] else { return }
        transaction.delay = max(transaction.delay, finding.delay)
        transaction.named = finding.account ?? transaction.named
        guard !transaction.stages.isEmpty, options.nextOn.goesOn(after: finding.verdict) else {
            return conclude(id, finding)
        }
        // Too late to ask the next one, whose word it would be.
        guard !transaction.isLate else { return conclude(id, .overload("")) }
        count(finding, of: transaction)
        transaction.goOn(now: loop.now)
        askNext(id)
    }

    /// There is no time left for a request that waits for a worker.
    func giveUp(_ id: UInt32) {
        conclude(id, .overload(Self.tooBusy))
    }

    private func askNext(_ id: UInt32) {
        guard let transaction = transactions[id], let stage = transaction.stages.popFirst() else { return }
        transaction.stage = stage
        stages[stage].pool.ask(
            id,
            of: transaction.client.account,
            deadline: transaction.deadline,
            isKnown: transaction.trace.isKnown
        )
    }

    /// A client has waited for as long as it may; a worker that has its request goes on.
    private func expire(_ id: UInt32) {
        guard let transaction = transactions[id] else { return }
        guard !transaction.isThrottled else { return turnAway(id) }
        let reason = "no answer after \(options.timeout) seconds (--timeout)"
        switch transaction.stage.map({ stages[$0].pool.expire(id) }) ?? .waiting {
        case .waiting: conclude(id, .overload(reason))
        case .lost: conclude(id, Finding(.unavailable(Unavailability(reason))))
        case .inFlight(let isWorkerSilent):
            if let place = transaction.place.take() { byAge.remove(place) }
            transaction.isLate = true
            let source = isWorkerSilent ? Finding.Source.mechanism : .frontend
            let finding = Finding(.unavailable(Unavailability(reason)), source: source)
            count(finding, of: transaction)
            answer(transaction, finding)
        }
    }

    /// Answers a request that waits for its turn: too many others wait, or for too long.
    private func turnAway(_ id: UInt32) {
        if let trace = transactions[id]?.trace { memory.turnedAway(trace, now: loop.now) }
        turnedAway += 1
        conclude(id, .overload(Self.tooManyAttempts))
    }

    /// The client of a request has gone before anybody was asked.
    private func forget(_ id: UInt32) {
        guard let transaction = transactions.removeValue(forKey: id) else { return }
        if let place = transaction.place.take() { byAge.remove(place) }
        let effect = throttle?.decided(id, .unavailable, now: loop.now)
        audit.abandoned(transaction.subject, transaction.timing(now: loop.now))
        transaction.client.close()
        proceed(with: effect?.next ?? [])
    }

    private func proceed(with requests: [UInt32]) {
        for id in requests {
            transactions[id]?.isThrottled = false
            askNext(id)
        }
    }

    private func conclude(_ id: UInt32, _ finding: Finding) {
        guard let transaction = transactions.removeValue(forKey: id) else { return }
        let now = loop.now
        if let place = transaction.place.take() { byAge.remove(place) }
        let account = transaction.named.map { names.learn($0, for: transaction.account, now: now) }
        let isOfLogin = transaction.stage.map { stages[$0].tally.isOfLogin(finding, now: now) } ?? false
        let outcome = Throttle.Outcome(finding.verdict, isOfLogin: isOfLogin)
        let effect = throttle?.decided(id, outcome, account: account, now: now) ?? Throttle.Effect()
        defer { proceed(with: effect.next) }
        if effect.isTurnedAway {
            turnedAway += 1
            memory.turnedAway(transaction.trace, now: now)
            transaction.isThrottled = true
            return transaction.isLate ? () : answer(transaction, .overload(Self.tooManyAttempts))
        }
        memory.learn(
            finding.verdict,
            of: transaction.trace,
            at: account ?? transaction.account.account,
            all: transaction.account.all(named: account),
            now: now
        )
        guard !transaction.isLate else {
            return audit.late(transaction.subject, finding.verdict, transaction.timing(now: now))
        }
        count(finding, of: transaction)
        answer(transaction, finding, effect, id)
    }

    /// Answers a client, or accepts for a mechanism that cannot tell; logs which.
    private func answer(
        _ transaction: Transaction,
        _ finding: Finding,
        _ effect: Throttle.Effect = Throttle.Effect(),
        _ id: UInt32 = 0
    ) {
        let now = loop.now
        // Where none was asked the last one speaks.
        let mechanism = stages[transaction.stage ?? stages.count - 1].route.mechanism
        let timing = transaction.timing(now: now)
        if case .unavailable(let unavailability) = finding.verdict, finding.source == .mechanism,
            transaction.isPrompt(now: now),
            memory.forgives(transaction.trace, now: now)
        {
            forgiven += 1
            audit.forgiven(transaction.subject, unavailability, by: mechanism, timing)
            return transaction.client.answer(.cached)
        }
        let reply = reply(to: finding.verdict, of: mechanism)
        if transaction.isThrottled {
            audit.turnedAway(transaction.subject, reason: Self.tooManyAttempts, by: mechanism, timing)
        } else {
            audit.decided(transaction.subject, finding.verdict, reply: reply, by: mechanism, timing)
        }
        var delay = effect.delay
        switch finding.verdict {
        case .accepted: return transaction.client.answer(reply)
        case .refused:
            if let failures = effect.news { audit.slowedDown(transaction.subject, failures: failures) }
            realmAdvice.line(about: transaction.subject, refusedBy: mechanism).map { logger.notice("\($0)") }
            delay = max(delay, transaction.delay)
        case .unavailable:
            if let attempts = effect.news { audit.slowedDown(transaction.subject, attempts: attempts) }
        }
        // A mechanism may wish for much; no answer takes longer than a mail server waits for one.
        delay = min(delay, options.maximumDelay * 1000)
        guard delay > 0 else { return transaction.client.answer(reply) }
        if effect.delay > 0 {
            delayed[id] = transaction.client
            loop.schedule(milliseconds: delay) { [unowned self] in delayed[id] = nil }
        }
        transaction.client.answer(reply, after: delay)
    }

    private func count(_ finding: Finding, of transaction: Transaction) {
        guard let stage = transaction.stage else { return }
        let login = transaction.account.account
        stages[stage].tally.count(finding, of: login, arrived: transaction.arrived, now: loop.now)
    }

    /// Replaces all workers, each when it has answered what it has in hand.
    func renewWorkers() {
        logger.notice("the workers are replaced")
        for stage in stages { stage.pool.renew() }
    }

    /// What is known here of what goes on; the rest is the frontend's.
    func report(clients: StatusReport.Clients, _ process: StatusReport.Process) -> StatusReport {
        StatusReport(
            process: process,
            now: loop.now,
            mechanisms: stages.map { $0.pool.report(route: "\($0.route)", $0.tally) },
            cache: options.caches
                ? .init(entries: memory.cacheCount, hits: memory.cacheHits, misses: memory.cacheMisses) : nil,
            forgiven: forgiven,
            clients: clients,
            throttle: throttle.map {
                .init(
                    logins: $0.slowedAccounts,
                    addresses: $0.slowedAddresses,
                    waiting: $0.waiting,
                    turnedAway: turnedAway
                )
            }
        )
    }

    /// Empties the cache, wholly or of one login, which may have its realm behind an `@`; says how many entries that were.
    func flush(_ login: ByteString?) -> Int {
        let count =
            login.map { login in
                let parts = login.splitAtRealm
                let mechanisms = stages.map(\.route.mechanism)
                // As it is, as libsasl2 splits it, and as -r joins it again.
                let spellings = [(login, ByteString()), (parts.login, parts.realm), (login, parts.realm)]
                let accounts = spellings.map { names.account(login: $0, realm: $1, of: mechanisms).all() }
                return memory.flush(accounts.reduce(into: []) { $0.formUnion($1) })
            } ?? memory.flush()
        logger.info("the cache was emptied\(login.map { " of \($0)" } ?? ""): \(count) entries")
        return count
    }
}
