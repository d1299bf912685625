internal import Authentication
internal import CommandLine
internal import EventLoop
internal import Glibc
internal import Logging
internal import MuxProtocol
internal import Platform
internal import ProcessProtocol
internal import SystemLog

/// Reports events to the ledger, and carries out its actions.
final class Frontend {
    /// How often the ledger checks timeouts, in milliseconds.
    private static let tickInterval = 250

    let logger: Logger
    let loop: EventLoop
    /// The exit code, once the frontend is done.
    private(set) var exitCode: CInt?
    private let audit: AuditLog
    private let master: MasterLink
    private let joinsRealm: Bool
    private let refusesUnavailable: Bool
    private let parser: RequestParser
    private var gate: PeerGate
    var ledger: Ledger
    /// Pending actions, in order; the buffer is reused.
    var actions: [LedgerAction] = []
    private var isPerforming = false
    private var connections: [(any ClientConnection)?] = []
    /// Connections whose number the ledger has given to another client, while actions for them are pending.
    private var displaced: [ClientID: any ClientConnection] = [:]
    private(set) var requests: [RequestID: HeldRequest] = [:]
    var pools: [WorkerPool] = []
    private var listeners: [Listener] = []
    private(set) var dovecot: DovecotService?
    /// The mechanisms of SASL that every worker must offer, because a socket announces them.
    private(set) var wantedSchemes: Set<SASLMechanism> = []
    /// The exit code of a frontend that waits for logins of Dovecot clients.
    private var pendingExit: CInt?
    private var lingering = LingeringClients()
    private(set) var control: ControlService?
    let startedAt = Instant.now
    let masterStart: Instant
    let restarts: Int
    private var isTicking = false
    /// When the loop will next call for the ledger's deadlines.
    private var alarm: (time: Instant, timeout: EventLoop.Timeout)?
    private var isReading = false
    /// Whether no other frontend takes over.
    private var isEnding = false
    private let maximumField: Int
    /// How long a client may take to send its request or greeting, in milliseconds.
    private let requestTime: Int
    private let dovecotLimit: Int

    /// Connections to a route's socket become workers: the master starts one on each.
    init(
        _ options: ServiceOptions,
        routes: [(route: Route, workerSocket: String)],
        allowed: AllowedPeers,
        memory: CredentialMemory,
        audit: AuditLog,
        master: MasterLink,
        masterStart: Instant?,
        restarts: Int,
        loop: EventLoop
    ) {
        joinsRealm = options.joinsRealm
        refusesUnavailable = options.unavailable == .no
        gate = PeerGate(allowed, logger: audit.logger)
        self.audit = audit
        self.master = master
        self.masterStart = masterStart ?? startedAt
        self.restarts = restarts
        self.loop = loop
        logger = audit.logger
        parser = RequestParser(maximumFieldLength: options.maximumField)
        maximumField = options.maximumField
        requestTime = options.requestTimeout * 1000
        let descriptors = DescriptorLimit.raised()
        dovecotLimit = ConnectionLimit.kept(descriptors: descriptors, connections: options.maximumConnections)
        ledger = Ledger(
            options,
            routes: routes.map(\.route),
            connections: ConnectionLimit.connections(
                asked: options.maximumConnections,
                descriptors: descriptors
            ),
            memory: memory
        )
        pools = routes.enumerated().map { index, route in
            WorkerPool(
                route.route.mechanism,
                index: index,
                maximumMemory: options.maximumMemory,
                socket: route.workerSocket,
                frontend: self,
                master: master
            )
        }
        control = ControlService(frontend: self, master: master, loop: loop, logger: logger)
        // Only `run()` turns the loop, on which everything happens, so this object outlives these closures.
        master.onServe = { [unowned self] in
            ledger.serve(now: loop.now, into: &actions)
            perform()
        }
        master.onRetire = { [unowned self] in
            ledger.retire(now: loop.now, into: &actions)
            perform()
        }
        master.onEnd = { [unowned self] in
            ledger.end(now: loop.now, into: &actions)
            perform()
        }
        loop.expectation = { [unowned self] in
            if ledger.isBusy { return .verdict }
            return !lingering.isEmpty || dovecot?.expectsClient() == true ? .client : nil
        }
        loop.onTurnEnd = { [unowned self] in lookAfterLingering() }
    }

    /// Starts the first workers; when they are ready, accepts clients on these listening sockets, which it takes over.
    ///
    /// `dovecot` are those for clients of Dovecot's protocol.
    func start(listeners descriptors: [CInt], dovecot sockets: [(descriptor: CInt, options: DovecotOptions)] = []) {
        if !sockets.isEmpty {
            let service = DovecotService(
                of: self,
                limit: dovecotLimit,
                maximumField: maximumField,
                greetingTime: requestTime,
                refusesUnavailable: refusesUnavailable,
                saltKey: ledger.memory.saltKey(),
                // This object owns the service, and outlives it.
                onEnd: { [unowned self] in exitCode = exitCode ?? pendingExit }
            )
            for socket in sockets {
                service.add(socket.descriptor, socket.options)
                wantedSchemes.formUnion(socket.options.mechanisms.filter(\.isChallenge))
            }
            dovecot = service
        }
        listeners = descriptors.map { number in
            Listener(
                OwnedDescriptor(adopting: number),
                loop: loop,
                // This object owns the listener, and outlives it.
                onClient: { [unowned self] in opened($0) },
                onFailure: { [logger] in
                    logger.error("cannot accept a client: \($0)", metadata: [SystemLog.functionKey: "ipc_loop"])
                }
            )
        }
        ledger.warmUp(now: loop.now, into: &actions)
        perform()
    }

    /// Serves until it is done; returns the exit code.
    func run() throws(SystemError) -> CInt {
        try loop.run { exitCode }
    }

    /// Lends the shared read buffer; actions that follow from the input are carried out afterwards.
    func withScratch(_ body: (inout [UInt8]) -> Void) {
        isReading = true
        loop.withBuffer(body)
        isReading = false
        perform()
    }

    // MARK: Client events

    /// The name of a mechanism by its number.
    func plugin(_ mechanism: Int) -> PluginName { pools[mechanism].mechanism }

    func isUnfinished(_ client: ClientID) -> Bool { ledger.isUnfinished(client) }

    func heard(from client: any ClientConnection) { ledger.heard(from: client.id, now: loop.now) }

    func awaitsAddress(_ client: any ClientConnection, milliseconds: Int) {
        ledger.awaitsAddress(client.id, milliseconds: milliseconds, now: loop.now)
        watchTime()
    }

    func ask(
        _ request: consuming AuthRequest,
        _ question: consuming MechanismQuestion = .password,
        from client: any ClientConnection,
        _ terms: RequestTerms = .usual
    ) {
        let request = joinsRealm ? request.joiningRealm() : request
        let id = ledger.asked(request, by: client.id, peer: client.peer, terms: terms, now: loop.now, into: &actions)
        if let id { requests[id] = HeldRequest(request, question, of: client.id, arrived: loop.now) }
        perform()
    }

    /// A client has sent an invalid request; returns whether to close its connection after the reply.
    func rejected(_ client: any ClientConnection, _ error: MuxError) -> Bool {
        // Health probes are not logged: one every few seconds would fill the log.
        let isProbe = error == .emptyRequest
        if !isProbe { logger.error("\(error)", metadata: [SystemLog.functionKey: "do_request"]) }
        let closes = ledger.rejected(client.id, isProbe: isProbe, now: loop.now, into: &actions)
        if closes { drop(client.id) }
        perform()
        return closes
    }

    func surplus(_ count: Int, from client: any ClientConnection) {
        ledger.surplus(count, from: client.id, now: loop.now, into: &actions)
        perform()
    }

    func inputEnded(_ client: any ClientConnection) {
        ledger.inputEnded(client.id, now: loop.now, into: &actions)
        perform()
    }

    func lost(_ client: any ClientConnection) {
        ledger.lost(client.id, now: loop.now, into: &actions)
        drop(client.id)
        perform()
    }

    /// Polls an answered client for a while instead of watching it.
    func lingers(_ client: MuxClient) {
        lingering.append(client, now: loop.now)
    }

    /// Polls a copy: a client that has hung up is reported to the ledger, whose actions may answer and append others.
    private func lookAfterLingering() {
        guard !lingering.isEmpty else { return }
        var clients = LingeringClients()
        swap(&clients, &lingering)
        clients.lookAfter(now: loop.now)
        clients.append(contentsOf: lingering)
        lingering = clients
    }

    private func opened(_ descriptor: consuming OwnedDescriptor) {
        let peer = try? PeerCredentials(of: descriptor.rawValue)
        guard admits(peer, on: descriptor.rawValue) else { return }
        let id = ledger.connected(account: peer?.uid ?? .max, now: loop.now, into: &actions)
        keep(
            MuxClient(
                descriptor,
                id: id,
                peer: peer,
                parser: parser,
                refusesUnavailable: refusesUnavailable,
                frontend: self
            )
        )
        perform()
    }

    /// A login of a Dovecot client is to be checked: it begins once there is room for it.
    func join(_ login: DovecotLogin) {
        login.join(as: ledger.connected(account: login.peer?.uid ?? .max, now: loop.now, into: &actions))
        keep(login)
        perform()
    }

    /// Whether the peer of descriptor `connection` may send requests; logs if not.
    func admits(_ peer: PeerCredentials?, on connection: CInt) -> Bool {
        gate.admits(peer, on: connection, now: loop.now)
    }

    private func keep(_ client: any ClientConnection) {
        let index = client.id.index
        while connections.count <= index { connections.append(nil) }
        if let former = connections[index] { displaced[former.id] = former }
        connections[index] = client
    }

    // MARK: Actions

    /// Carries out all pending actions and those that they cause.
    func perform() {
        guard !isPerforming, !isReading, !actions.isEmpty else { return }
        isPerforming = true
        var next = 0
        while next < actions.count {
            carryOut(actions[next])
            next += 1
        }
        actions.removeAll(keepingCapacity: true)
        if !displaced.isEmpty { displaced = [:] }
        isPerforming = false
        watchTime()
    }

    private func carryOut(_ action: LedgerAction) {
        switch action {
        case .read(let client):
            connection(client)?.begin()
            ledger.wasRead(client, now: loop.now, into: &actions)
        case .finishRequest(let client): connection(client)?.finishRequest()
        case .answer(let client, let answer, let closes):
            connection(client)?.answer(answer, closes: closes)
            if closes { drop(client) }
        case .close(let client):
            connection(client)?.close()
            drop(client)
        case .hand(let id, let mechanism, let worker): hand(id, to: worker, of: pools[mechanism])
        case .forget(let id): requests[id] = nil
        case .look(let id, let client):
            if connection(client)?.hasHungUp != false { ledger.abandoned(id, now: loop.now, into: &actions) }
        case .startWorker(let mechanism, let number): pools[mechanism].start(number)
        case .retireWorker(let mechanism, let number): pools[mechanism].retire(number)
        case .killWorker(let mechanism, let number): pools[mechanism].kill(number)
        case .tellReady: master.ready()
        case .listen:
            accept(true)
            control?.start()
        case .stopListening(let reason):
            accept(false)
            // Clients in the backlog get the next frontend, or an error if there is none.
            listeners = []
            dovecot?.leave()
            isEnding = reason != nil
            control?.end(reason: reason)
        case .exit(let code): exit(code)
        case .log(let line): audit.write(line)
        }
    }

    /// Exits, after the logins that Dovecot clients have begun unless the daemon ends.
    private func exit(_ code: CInt) {
        if isEnding { dovecot?.end() }
        guard dovecot?.isEmpty == false else { return exitCode = exitCode ?? code }
        pendingExit = code
        // Only `run()` turns the loop, so this object outlives the closure.
        loop.schedule(milliseconds: DovecotService.lastLogins) { [unowned self] in exitCode = exitCode ?? code }
    }

    private func hand(_ id: RequestID, to worker: Int, of pool: WorkerPool) {
        // A client whose request was read in this turn need not be checked.
        guard let held = requests[id],
            held.arrived == loop.now || connection(held.client)?.hasHungUp == false
        else { return ledger.abandoned(id, now: loop.now, into: &actions) }
        pool.send(held.question.frame(id), to: worker)
    }

    func connection(_ client: ClientID) -> (any ClientConnection)? {
        guard client.index < connections.count, let connection = connections[client.index], connection.id == client
        else { return displaced.isEmpty ? nil : displaced[client] }
        return connection
    }

    private func drop(_ client: ClientID) {
        if displaced.removeValue(forKey: client) == nil, connection(client) != nil { connections[client.index] = nil }
    }

    /// Starts or stops accepting clients; meanwhile they wait in the backlog.
    private func accept(_ accepts: Bool) {
        do throws(SystemError) {
            for listener in listeners { try listener.accept(accepts) }
            if accepts { try dovecot?.accept() }
        } catch {
            logger.critical("cannot serve the listening socket: \(error)")
            exitCode = EXIT_FAILURE
        }
    }

    private func watchTime() {
        if !isTicking, ledger.needsTime {
            isTicking = true
            // Only `run()` turns the loop, so this object outlives all scheduled closures.
            loop.schedule(milliseconds: Self.tickInterval) { [unowned self] in tick() }
        }
        guard let next = ledger.nextDeadline, next < alarm?.time ?? Instant(nanoseconds: .max) else {
            return
        }
        if let alarm { loop.cancel(alarm.timeout) }
        // As above.
        alarm = (next, loop.schedule(at: next) { [unowned self] in due() })
    }

    private func tick() {
        isTicking = false
        ledger.tick(now: loop.now, into: &actions)
        perform()
        watchTime()
    }

    private func due() {
        alarm = nil
        ledger.due(now: loop.now, into: &actions)
        perform()
        watchTime()
    }
}
