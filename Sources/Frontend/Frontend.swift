internal import Authentication
internal import DequeModule
internal import Glibc
internal import Logging
internal import MuxProtocol
internal import Options
internal import Platform
internal import SystemLog

/// All that the frontend's loop does: listeners, clients, the way of their requests, and the clock's part in it.
final class Frontend {
    /// How long requests in hand may take once the master wants the frontend to end, in milliseconds.
    private static let drainTime = 5_000
    /// How long clients may then still take to send their request, in milliseconds.
    private static let patience = 500
    /// How often overdue clients and requests are looked for, in milliseconds.
    private static let tickInterval = 250
    /// How long an answered client is looked at now and then before the loop waits for it, in milliseconds.
    private static let lingerTime = 5

    private struct Lingering {
        let client: Client
        let since: Instant
    }

    let logger: Logger
    let loop: EventLoop
    private let parser: RequestParser
    private let path: RequestPath
    private let allowed: AllowedPeers
    /// Which accounts were told of that may not ask, and which of that ask too much.
    private var strangers = AccountSilence()
    private var crowd = AccountSilence()
    private var clients: ClientTable
    private var listeners: [Listener] = []
    /// Clients that were answered a moment ago, the oldest first.
    private var lingering: Deque<Lingering> = []
    private(set) var control: Control?
    private let startedAt = Instant.now
    /// When the master was started, and its process.
    private let masterStart: Instant
    private var malformed = 0
    private var turnedAway = 0
    private var isAccepting = false
    private var isTicking = false
    private var isEnding = false

    init(
        _ options: ServiceOptions,
        allowed: AllowedPeers,
        path: RequestPath,
        master: MasterLink,
        masterStart: Instant?,
        logger: Logger,
        loop: EventLoop
    ) {
        self.masterStart = masterStart ?? startedAt
        self.allowed = allowed
        self.path = path
        self.logger = logger
        self.loop = loop
        parser = RequestParser(maximumFieldLength: options.maximumField)
        clients = ClientTable(
            limits: .init(
                // A third of the descriptors is for clients that wait.
                connections: min(
                    options.maximumConnections,
                    DescriptorLimit.share(of: DescriptorLimit.raised()) * 2 / 3
                ),
                requestTime: options.requestTimeout * 1000
            )
        )
        master.onEnd = { [unowned self] in end() }
        master.onServe = { [unowned self] in
            if !isAccepting, !isEnding {
                path.takeOver()
                accept(true)
            }
            control?.start()
        }
        master.onRetire = { [unowned self] in retire() }
        control = Control(frontend: self, path: path, master: master, loop: loop, logger: logger)
        loop.expectsMore = { [unowned self] in path.isBusy || !lingering.isEmpty }
        loop.onTurnEnd = { [unowned self] in lookAfterLingering() }
    }

    /// Starts a first worker; when the master has heard of it, accepts clients on the listening sockets of these numbers, which become
    /// the frontend's own.
    func start(listeners descriptors: [CInt]) {
        path.warmUp()
        listeners = descriptors.map { number in
            Listener(
                OwnedDescriptor(adopting: number),
                loop: loop,
                onClient: { [unowned self] in opened($0) },
                onFailure: { [logger] in
                    logger.error("no client can be accepted: \($0)", metadata: [SystemLog.functionKey: "ipc_loop"])
                }
            )
        }
    }

    func withScratch(_ body: (inout [UInt8]) -> Void) {
        path.withScratch(body)
    }

    func ask(_ request: consuming AuthRequest, from client: Client) {
        clients.finished(client)
        path.ask(request, from: client)
    }

    /// A client has sent what is no request.
    func misunderstood(_ error: MuxError) {
        // A health probe is meant, and one each few seconds would fill the log.
        guard error != .emptyRequest else { return }
        malformed += 1
        logger.error("\(error)", metadata: [SystemLog.functionKey: "do_request"])
    }

    /// What goes on at this moment.
    var report: StatusReport {
        let now = loop.now
        return path.report(
            clients: .init(
                connected: clients.count,
                waiting: clients.waiting,
                limit: clients.limit,
                turnedAway: turnedAway,
                malformed: malformed
            ),
            .init(
                pid: getppid(),
                uptime: masterStart.elapsedMilliseconds(until: now),
                counting: startedAt.elapsedMilliseconds(until: now)
            )
        )
    }

    func heard(from client: Client) {
        clients.heard(from: client, now: loop.now)
    }

    /// A client's refusal is delayed: it can have it at once when its slot is needed.
    ///
    /// Each one is a process of the mail server that does nothing else, and the mail server has a limit on those.
    func holds(_ client: Client) {
        clients.holds(client, now: loop.now)
        clients.heldTooMany(of: client.account)?.answerHeld()
        admitWaiting()
    }

    /// A client has its answer; one that `lingers` is not waited for by the loop.
    func answered(_ client: Client, lingers: Bool) {
        clients.answered(client, now: loop.now)
        if lingers { lingering.append(Lingering(client: client, since: loop.now)) }
    }

    func closed(_ client: Client) {
        clients.closed(client)
        admitWaiting()
        exitIfDone()
    }

    /// Closes those that have ended, and has the loop wait for those that take their time.
    ///
    /// A client ends as soon as it has read its answer. To wait for that by the loop would wake the frontend up once more for each.
    private func lookAfterLingering() {
        while let oldest = lingering.first {
            if !oldest.client.hasEnded() {
                guard oldest.since.advanced(milliseconds: Self.lingerTime) <= loop.now else { return }
                oldest.client.watch()
            }
            lingering.removeFirst()
        }
    }

    private func opened(_ descriptor: consuming OwnedDescriptor) {
        let peer = try? PeerCredentials(of: descriptor.rawValue)
        guard mayAsk(peer, descriptor.rawValue) else { return }
        let client = Client(descriptor, of: peer, frontend: self, parser: parser)
        if hasRoom(for: client) {
            admit(client)
        } else {
            guard let refused = clients.waits(client) else { return }
            refused.turnAway(path.unavailableReply)
            turnedAway += 1
            guard crowd.isNews(refused.account, now: loop.now) else { return }
            logger.warning(
                "uid \(refused.account) has used up its share of connections (--max-connections); deferring new ones (logged at most once a minute)"
            )
        }
    }

    private func admit(_ client: Client) {
        clients.opened(client, now: loop.now)
        client.start()
        tickLater()
    }

    /// Gives places that have become free to clients that wait for one.
    private func admitWaiting() {
        guard clients.waiting > 0 else { return }
        loop.atEndOfTurn { [unowned self] in
            while let client = clients.nextWaiting, isEnding || hasRoom(for: client) {
                clients.stopsWaiting(client)
                admit(client)
            }
        }
    }

    /// Whether the process at the other end of a connection is one of those that may ask.
    private func mayAsk(_ peer: PeerCredentials?, _ connection: CInt) -> Bool {
        guard allowed.isNeeded else { return true }
        guard let peer else { return false }
        if allowed.admits(peer.uid, groups: [peer.gid] + ((try? PeerCredentials.groups(of: connection)) ?? [])) {
            return true
        }
        if strangers.isNews(peer.uid, now: loop.now) {
            logger.warning(
                "process \(peer.pid) of uid \(peer.uid) is not allowed to ask (--allow-user, --allow-group); not told again for a minute"
            )
        }
        return false
    }

    /// Whether there is a place for a client, be it that another gives up its own.
    private func hasRoom(for client: Client) -> Bool {
        guard clients.isFull else { return true }
        if let other = clients.dispensable(for: client.account) {
            other.makeRoom()
        } else if !path.turnAwayLongestWaiting() {
            return false
        }
        return !clients.isFull
    }

    /// Begins to accept clients, or stops it: they wait in the backlog.
    private func accept(_ accepts: Bool) {
        isAccepting = accepts
        do throws(SystemError) {
            for listener in listeners { try listener.accept(accepts) }
        } catch {
            logger.critical("cannot serve the listening socket: \(error)")
            exit(EXIT_FAILURE)
        }
    }

    private func tickLater() {
        guard !isTicking else { return }
        isTicking = true
        loop.schedule(milliseconds: Self.tickInterval) { [unowned self] in tick() }
    }

    private func tick() {
        isTicking = false
        path.tick()
        while let client = clients.overdue(now: loop.now) { client.close() }
        if clients.needsTime || path.needsTime { tickLater() }
    }

    /// Accepts no more clients, and exits when those that are there have gone; another frontend has taken over, or with a `reason`
    /// none has.
    private func retire(reason: String? = nil) {
        isEnding = true
        accept(false)
        // The backlog goes to the next frontend, or learns that there is none.
        listeners = []
        control?.end(reason: reason)
        admitWaiting()
        exitIfDone()
    }

    /// Accepts no more clients, answers those that ask within moments, and exits.
    private func end() {
        retire(reason: "saslauthd ends")
        clients.held.forEach { $0.answerHeld() }
        loop.schedule(milliseconds: Self.patience) { [unowned self] in
            clients.unfinished.forEach { $0.close() }
        }
        loop.schedule(milliseconds: Self.drainTime) { [unowned self] in
            logger.warning("ends with \(clients.count) clients unanswered")
            exit(EXIT_SUCCESS)
        }
    }

    private func exitIfDone() {
        if isEnding, clients.count == 0, clients.waiting == 0 { exit(EXIT_SUCCESS) }
    }
}
