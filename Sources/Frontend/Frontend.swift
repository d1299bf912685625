internal import Authentication
internal import Glibc
internal import Logging
internal import MuxProtocol
internal import NIOCore
internal import NIOPosix
internal import Platform
internal import Options

/// All that the frontend's event loop does: listeners, clients, the way of their requests, and the clock's part in it.
final class Frontend {
    /// How long requests in hand may take once the master wants the frontend to end, in milliseconds.
    private static let drainTime = 5_000
    /// How often overdue clients and requests are looked for, in milliseconds.
    static let tickInterval = 250

    let logger: Logger
    private let eventLoop: any EventLoop
    private let options: ServiceOptions
    private let path: RequestPath
    private let ticker: Ticker
    private var clients: ClientTable
    private var listeners: [any Channel] = []
    private var isAccepting = true
    private var isEnding = false

    init(
        options: ServiceOptions,
        mechanism: PluginName,
        logger: Logger,
        eventLoop: any EventLoop,
        master: MasterLink,
        ticker: Ticker,
        workerSocket: String
    ) {
        self.options = options
        self.logger = logger
        self.eventLoop = eventLoop
        self.ticker = ticker
        clients = ClientTable(
            limits: .init(
                connections: min(options.maximumConnections, DescriptorLimit.raised() - DescriptorLimit.reserve),
                requestTime: options.requestTimeout * 1000
            )
        )
        path = RequestPath(
            options: options,
            audit: AuditLog(logger: logger, mechanism: mechanism),
            eventLoop: eventLoop,
            master: master,
            workerSocket: workerSocket
        )
        master.onEnd = { [unowned self] in end() }
        ticker.onTick = { [unowned self] in tick() }
    }

    /// Starts a first worker, and accepts clients on the listening sockets of these numbers.
    func start(listeners descriptors: [CInt]) {
        path.warmUp()
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        for descriptor in descriptors {
            listen(on: descriptor).whenComplete { result in
                switch result {
                case .success(let channel): bound.value.listeners.append(channel)
                case .failure(let error):
                    bound.value.logger.critical("cannot serve the listening socket: \(error)")
                    exit(EXIT_FAILURE)
                }
            }
        }
    }

    func ask(_ request: consuming AuthRequest, from client: ClientHandler) {
        clients.finished(client)
        path.ask(request, from: client)
        ticker.tickLater()
    }

    func opened(_ client: ClientHandler) {
        if clients.isFull { clients.dispensable?.close() }
        clients.opened(client, now: .now)
        if clients.isFull, clients.dispensable == nil { accept(false) }
        ticker.tickLater()
    }

    func heard(from client: ClientHandler) {
        clients.heard(from: client, now: .now)
    }

    func answered(_ client: ClientHandler) {
        clients.answered(client, now: .now)
    }

    func closed(_ client: ClientHandler) {
        clients.closed(client)
        if isEnding { return exitIfDone() }
        if !isAccepting { accept(true) }
    }

    private func listen(on descriptor: CInt) -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let parser = RequestParser(maximumFieldLength: options.maximumField)
        // The first read takes a whole request of the usual size; longer ones take several. See `RequestParser`.
        let readsAtOnce: UInt? = options.maximumField > 256 ? 32 : nil
        return ServerBootstrap(group: eventLoop)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Set here, where it is done at once: as options of the bootstrap each costs a round of futures a client.
                    try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
                    if let readsAtOnce { try channel.syncOptions?.setOption(.maxMessagesPerRead, value: readsAtOnce) }
                    let handler = ClientHandler(frontend: bound.value, parser: parser)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .withBoundSocket(descriptor)
            .map { $0 }
    }

    /// Clients wait in the backlog while as many connections as there may be are all being decided on.
    private func accept(_ accepts: Bool) {
        isAccepting = accepts
        for listener in listeners { listener.setOption(.autoRead, value: accepts).whenFailure { _ in } }
    }

    private func tick() {
        let now = Instant.now
        path.tick(now: now)
        while let client = clients.overdue(now: now) {
            client.close()
        }
        if clients.needsTime || path.needsTime { ticker.tickLater() }
    }

    /// Accepts no more clients, answers those that have asked, and exits.
    private func end() {
        guard !isEnding else { return }
        isEnding = true
        for listener in listeners { listener.close(promise: nil) }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .milliseconds(Int64(Self.drainTime))) {
            bound.value.logger.warning("ends with \(bound.value.clients.count) clients unanswered")
            exit(EXIT_SUCCESS)
        }
        clients.unfinished.forEach { $0.close() }
        exitIfDone()
    }

    private func exitIfDone() {
        if clients.count == 0 { exit(EXIT_SUCCESS) }
    }
}
