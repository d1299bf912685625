internal import Authentication
internal import DequeModule
internal import Glibc
internal import Logging
internal import MuxProtocol
internal import Options
internal import Platform

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
    private var allowed: AllowedPeers
    private var clients: ClientTable
    private var listeners: [Listener] = []
    /// Clients that were answered a moment ago, the oldest first.
    private var lingering: Deque<Lingering> = []
    private var isAccepting = false
    private var isTicking = false
    private var isEnding = false

    init(
        _ options: ServiceOptions,
        allowed: AllowedPeers,
        path: RequestPath,
        master: MasterLink,
        logger: Logger,
        loop: EventLoop
    ) {
        self.allowed = allowed
        self.path = path
        self.logger = logger
        self.loop = loop
        parser = RequestParser(maximumFieldLength: options.maximumField)
        clients = ClientTable(
            limits: .init(
                connections: min(options.maximumConnections, DescriptorLimit.share(of: DescriptorLimit.raised())),
                requestTime: options.requestTimeout * 1000
            )
        )
        master.onEnd = { [unowned self] in end() }
        master.onServe = { [unowned self] in if !isAccepting, !isEnding { accept(true) } }
        master.onRetire = { [unowned self] in retire() }
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
                onFailure: { [unowned self] in acceptFailed($0) }
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

    func heard(from client: Client) {
        clients.heard(from: client, now: loop.now)
    }

    /// A client's answer is held back: it can go when its place is needed.
    func holds(_ client: Client) {
        clients.holds(client, now: loop.now)
        if !isAccepting, !isEnding { accept(true) }
    }

    /// A client has its answer; one that `lingers` is not waited for by the loop.
    func answered(_ client: Client, lingers: Bool) {
        clients.answered(client, now: loop.now)
        if lingers { lingering.append(Lingering(client: client, since: loop.now)) }
    }

    func closed(_ client: Client) {
        clients.closed(client)
        if isEnding { return exitIfDone() }
        if !isAccepting { accept(true) }
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
        guard mayAsk(descriptor.rawValue) else { return }
        if clients.isFull { makeRoom() }
        let client = Client(descriptor, frontend: self, parser: parser)
        clients.opened(client, now: loop.now)
        client.start()
        if clients.isFull, clients.dispensable == nil, clients.longestHeld == nil { accept(false) }
        tickLater()
    }

    /// Whether the process at the other end of a connection is one of those that may ask.
    private func mayAsk(_ connection: CInt) -> Bool {
        guard allowed.isNeeded else { return true }
        guard let peer = try? PeerCredentials(of: connection) else { return false }
        if allowed.admits(peer.uid, groups: [peer.gid] + ((try? PeerCredentials.groups(of: connection)) ?? [])) {
            return true
        }
        if allowed.refused(peer.uid, now: loop.now) {
            logger.warning(
                "process \(peer.pid) of uid \(peer.uid) is not allowed to ask (--allow-user, --allow-group); not told again for a minute"
            )
        }
        return false
    }

    /// Closes a client that does nothing, or else answers one at once whose answer is held back.
    private func makeRoom() {
        if let client = clients.dispensable { return client.close() }
        guard let client = clients.longestHeld else { return }
        client.answerHeld()
        client.close()
    }

    /// Clients wait in the backlog while as many connections as there may be are all being decided on.
    private func accept(_ accepts: Bool) {
        isAccepting = accepts
        do throws(SystemError) {
            for listener in listeners { try listener.accept(accepts) }
        } catch {
            logger.critical("cannot serve the listening socket: \(error)")
            exit(EXIT_FAILURE)
        }
    }

    /// The system has no descriptor or memory for a client: they wait in the backlog for a moment.
    private func acceptFailed(_ error: SystemError) {
        logger.error("no client can be accepted: \(error)")
        accept(false)
        loop.schedule(milliseconds: Self.tickInterval) { [unowned self] in
            if !isAccepting, !isEnding { accept(true) }
        }
    }

    private func tickLater() {
        guard !isTicking else { return }
        isTicking = true
        loop.schedule(milliseconds: Self.tickInterval) { [unowned self] in tick() }
    }

    private func tick() {
        isTicking = false
        path.tick(now: loop.now)
        while let client = clients.overdue(now: loop.now) { client.close() }
        if clients.needsTime || path.needsTime { tickLater() }
    }

    /// Accepts no more clients, and exits when those that are there have gone.
    private func retire() {
        isEnding = true
        accept(false)
        // The backlog goes to the next frontend, or learns that there is none.
        listeners = []
        exitIfDone()
    }

    /// Accepts no more clients, answers those that ask within moments, and exits.
    private func end() {
        retire()
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
        if clients.count == 0 { exit(EXIT_SUCCESS) }
    }
}
