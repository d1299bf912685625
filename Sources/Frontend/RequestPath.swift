internal import Authentication
internal import Logging
internal import MuxProtocol
internal import Options
internal import Platform
internal import WorkerProtocol

/// One request's way, from the client's question to the answer.
final class RequestPath {
    private let options: ServiceOptions
    private let audit: AuditLog
    private let loop: EventLoop
    /// The mechanisms, in the order in which they are asked.
    private var stages: [Stage] = []
    private let memory: CredentialMemory
    private var throttle: Throttle?
    private var transactions: [UInt32: Transaction] = [:]
    private var byAge = AgeList<UInt32>()
    private var nextID: UInt32 = 0
    private var forgiven = 0
    private var turnedAway = 0
    private var hasAdvisedRealm = false
    private var scratch = [UInt8](repeating: 0, count: 65_536)

    private static let tooManyAttempts = "too many attempts at this login"

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
        audit: AuditLog,
        loop: EventLoop,
        master: MasterLink
    ) {
        self.options = options
        self.audit = audit
        self.loop = loop
        memory = CredentialMemory(options, mechanism: routes.map { "\($0.route)" }.joined(separator: " "))
        throttle = options.throttle == .on ? Throttle() : nil
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

    /// Whether a worker has a request in hand, or will have.
    var isBusy: Bool { !transactions.isEmpty }

    /// Lends out the buffer that everything is read into.
    func withScratch(_ body: (inout [UInt8]) -> Void) {
        body(&scratch)
    }

    /// Whether `tick` has anything to do later.
    var needsTime: Bool { !byAge.isEmpty || stages.contains { $0.pool.needsTime } || throttle?.needsTime == true }

    /// Starts a first worker of each mechanism, whose hellos make the frontend ready.
    func warmUp() {
        for stage in stages { stage.pool.warmUp() }
    }

    /// Whether each mechanism has had a worker that was ready.
    var isReady: Bool { stages.allSatisfy { $0.pool.isReady } }

    func ask(_ request: consuming AuthRequest, from client: Client) {
        let now = loop.now
        let request = options.joinsRealm ? request.joiningRealm() : request
        guard let trace = memory.look(at: request, now: now) else {
            audit.cached(AuditLog.Subject(request, peer: client.peer))
            return client.answer(.cached)
        }
        nextID &+= 1
        let id = nextID
        let admission = throttle?.arrived(
            id,
            account: Throttle.Account(login: request.login, realm: request.realm),
            address: AddressBlock(request.remote.bytes).flatMap { $0.isLoopback ? nil : $0 },
            isKnown: trace.isKnown,
            now: now
        )
        let place = byAge.append(id, now: now)
        let fitting = stages.indices.filter { stages[$0].route.fits(realm: request.realm, service: request.service) }
        let transaction = Transaction(request, from: client, stages: fitting, place: place, trace: trace, now: now)
        transactions[id] = transaction
        switch admission {
        case .proceed, nil: askNext(id)
        case .wait(let dropped):
            transaction.isThrottled = true
            if let dropped { turnAway(dropped) }
        }
    }

    /// The bytes that hand a request to a worker; `nil` when it has been answered.
    func frame(of id: UInt32) -> [UInt8]? {
        guard let transaction = transactions[id] else { return nil }
        transaction.handed = loop.now
        return RequestFrame.encode(id: id, transaction.request)
    }

    /// Whether a request of this number was there and is no more.
    func wasDecided(_ id: UInt32) -> Bool {
        transactions[id] == nil && id <= nextID
    }

    /// Answers the requests whose time is over, has those asked about whose turn it is, and starts and ends workers.
    func tick() {
        let limit = loop.now.reduced(milliseconds: options.timeout * 1000)
        while let id = byAge.oldest(since: limit) { expire(id) }
        proceed(with: throttle?.tick(now: loop.now) ?? [])
        for stage in stages { stage.pool.tick() }
    }

    /// Turns away the request that has waited longest among others at the same login; says whether there was one.
    func turnAwayLongestWaiting() -> Bool {
        guard let id = throttle?.longestWaiting else { return false }
        turnAway(id)
        return true
    }

    /// What a client is told whose request nobody can see to.
    var unavailableReply: Reply {
        reply(to: .unavailable(Unavailability("")), of: stages[stages.count - 1].route.mechanism)
    }

    private func reply(to verdict: Verdict, of mechanism: PluginName) -> Reply {
        Reply(to: verdict, of: mechanism, refusesUnavailable: options.unavailable == .no)
    }

    /// A verdict of the mechanism that was asked last; a refusal is held back for `delay` milliseconds.
    func decide(_ id: UInt32, _ verdict: Verdict, delay: Int) {
        guard let transaction = transactions[id] else { return }
        transaction.delay = max(transaction.delay, delay)
        if !transaction.stages.isEmpty, options.nextOn.goesOn(after: verdict) {
            count(verdict, of: transaction)
            return askNext(id)
        }
        conclude(id, verdict)
    }

    private func askNext(_ id: UInt32) {
        guard let transaction = transactions[id] else { return }
        guard let stage = transaction.stages.popFirst() else { return conclude(id, .refused(.unknownUser)) }
        transaction.stage = stage
        stages[stage].pool.ask(id)
    }

    private func expire(_ id: UInt32) {
        guard let transaction = transactions[id] else { return }
        guard !transaction.isThrottled else { return turnAway(id) }
        conclude(id, .unavailable(Unavailability("no answer after \(options.timeout) seconds")))
        if let stage = transaction.stage { stages[stage].pool.giveUp(id) }
    }

    /// Answers a request that waits for its turn: too many others wait, or for too long.
    private func turnAway(_ id: UInt32) {
        turnedAway += 1
        conclude(id, .unavailable(Unavailability(Self.tooManyAttempts)))
    }

    private func proceed(with requests: [UInt32]) {
        for id in requests {
            transactions[id]?.isThrottled = false
            askNext(id)
        }
    }

    private func conclude(_ id: UInt32, _ verdict: Verdict) {
        guard let transaction = transactions.removeValue(forKey: id) else { return }
        // Where none was asked the last one speaks.
        let mechanism = stages[transaction.stage ?? stages.count - 1].route.mechanism
        let now = loop.now
        byAge.remove(transaction.place)
        count(verdict, of: transaction)
        let effect = throttle?.decided(id, Throttle.Outcome(verdict), now: now) ?? Throttle.Effect()
        defer { proceed(with: effect.next) }
        let timing = transaction.timing(now: now)
        if memory.learns(verdict, of: transaction.trace, now: now), case .unavailable(let unavailability) = verdict {
            forgiven += 1
            audit.forgiven(transaction.subject, unavailability, by: mechanism, timing)
            return transaction.client.answer(.cached)
        }
        let reply = reply(to: verdict, of: mechanism)
        if transaction.isThrottled {
            audit.turnedAway(transaction.subject, reason: Self.tooManyAttempts, by: mechanism, timing)
        } else {
            audit.decided(transaction.subject, verdict, reply: reply, by: mechanism, timing)
        }
        if let failures = effect.news { audit.slowedDown(transaction.subject, failures: failures) }
        let delay = max(transaction.delay, effect.delay)
        if case .refused = verdict { adviseRealm(transaction.subject, mechanism) }
        guard case .refused = verdict, delay > 0 else { return transaction.client.answer(reply) }
        // A mechanism may wish for much; nobody waits longer for a refusal than for a verdict.
        transaction.client.answer(reply, after: min(delay, options.timeout * 1000))
    }

    /// Says once that a realm comes that the mechanism does not see: the first thing that goes wrong with logins like addresses.
    private func adviseRealm(_ subject: AuditLog.Subject, _ mechanism: PluginName) {
        guard !options.joinsRealm, !hasAdvisedRealm, !subject.realm.isEmpty, mechanism.known?.usesRealm == false else {
            return
        }
        hasAdvisedRealm = true
        logger.notice(
            "clients send realms beside logins: where \(mechanism) knows users as \(subject.login)@\(subject.realm), give option -r; not said again"
        )
    }

    private func count(_ verdict: Verdict, of transaction: Transaction) {
        guard let stage = transaction.stage else { return }
        stages[stage].tally.count(verdict, arrived: transaction.arrived, now: loop.now)
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

    /// Forgets whose password was accepted, of all logins or of one; says how many entries that were.
    func flush(_ login: ByteString?) -> Int {
        let count = login.map { memory.flush(login: $0) } ?? memory.flush()
        logger.info("the cache was emptied\(login.map { " of \($0)" } ?? ""): \(count) entries")
        return count
    }
}

extension Throttle.Outcome {
    fileprivate init(_ verdict: Verdict) {
        self =
            switch verdict {
            case .accepted: .accepted
            case .refused: .refused
            case .unavailable: .unavailable
            }
    }
}
