internal import Authentication
internal import EventLoop
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// What administrators and monitors can ask the frontend: over the control socket whatever saslauthctl(8) offers, over that of
/// `--metrics` the figures alone.
final class ControlService {
    /// It keeps this object, and outlives it.
    private unowned let frontend: Frontend
    private let master: MasterLink
    private let loop: EventLoop
    private let logger: Logger
    private var listeners: [Listener] = []
    private var isStarted = false
    private var hasEnded = false
    /// Who waits for the end of a reload.
    private var reloading: [ControlConnection] = []
    /// Who is asking at this moment, by the number of the socket and the oldest first, and how many may on one: whoever reaches it could
    /// ask for ever.
    private var asking: [CInt: [ControlConnection]] = [:]
    private static let mostAsking = 32
    /// The figures as they were a moment ago: to render them takes time that logins could have.
    private var figures: (text: String, time: Instant)?
    /// For how long they are good, in milliseconds.
    private static let figuresTime = 1_000

    init(frontend: Frontend, master: MasterLink, loop: EventLoop, logger: Logger) {
        self.frontend = frontend
        self.master = master
        self.loop = loop
        self.logger = logger
        // The frontend keeps the link, this object and all that is below for as long as the loop is turned.
        master.onKept = { [unowned self] in endReload(.failed(reason: $0)) }
    }

    /// Is to answer saslauthctl on a listening socket, which becomes the object's own; only root and the daemon's account reach it.
    func serve(control descriptor: CInt) {
        // This object keeps listeners and connections, and outlives them.
        listen(descriptor, isWhole: { $0.contains(UInt8(ascii: "\n")) }) { [unowned self] in
            obey(String(Substring($0.utf8.prefix { $0 != UInt8(ascii: "\n") })), $1)
        }
    }

    /// Is to answer Prometheus on a listening socket, which becomes the object's own: HTTP/1.1, RFC 9112, one request a connection.
    func serve(metrics descriptor: CInt) {
        // As above.
        listen(descriptor, isWhole: MetricsReply.isWhole) { [unowned self] request, connection in
            connection.answer(MetricsReply.text(to: request) { recentFigures })
        }
    }

    private var recentFigures: String {
        if let figures, loop.now < figures.time.advanced(milliseconds: Self.figuresTime) { return figures.text }
        let text = frontend.report.metrics
        figures = (text, loop.now)
        return text
    }

    /// Begins to answer: before the frontend serves, another one does.
    func start() {
        guard !isStarted, !hasEnded else { return }
        isStarted = true
        do throws(SystemError) {
            for listener in listeners { try listener.accept(true) }
        } catch {
            logger.error("control and metrics requests cannot be answered: \(error)")
        }
    }

    /// The frontend ends: another one has taken over, or with a `reason` none has.
    func end(reason: String?) {
        hasEnded = true
        endReload(reason.map { .failed(reason: $0) } ?? .done(""))
        // The master holds the sockets too, and the frontend that serves now answers there.
        for listener in listeners { listener.stop() }
        listeners = []
        // Who has not asked yet asks the other one.
        for connection in asking.values.flatMap(\.self) where !connection.isAsked { connection.close() }
    }

    private func obey(_ request: String, _ connection: ControlConnection) {
        do throws(ControlRequest.Fault) {
            switch try ControlRequest(decoding: request) {
            case .status(.page): connection.answer(.done(frontend.report.page))
            case .status(.json): connection.answer(.done("\(frontend.report.json)\n"))
            case .status(.prometheus): connection.answer(.done(frontend.report.metrics))
            case .flush(let login):
                let count = frontend.flush(login.map { ByteString($0) })
                connection.answer(.done("\(count) entries were dropped from the cache\n"))
            case .reload:
                reloading.append(connection)
                master.reload()
            case .restartWorkers:
                frontend.renewWorkers()
                connection.answer(.done(""))
            }
        } catch {
            connection.answer(.failed(reason: error.description))
        }
    }

    private func endReload(_ answer: ControlAnswer) {
        for connection in reloading { connection.answer(answer) }
        reloading = []
    }

    private func listen(
        _ descriptor: CInt,
        isWhole: @escaping ([UInt8]) -> Bool,
        _ onRequest: @escaping (String, ControlConnection) -> Void
    ) {
        listeners.append(
            Listener(
                OwnedDescriptor(adopting: descriptor),
                loop: loop,
                // This object keeps the listener, and outlives it.
                onClient: { [unowned self] accepted in
                    guard hasRoom(on: descriptor) else { return }
                    let connection = ControlConnection(accepted, loop: loop, isWhole: isWhole, onRequest: onRequest)
                    guard let connection else { return }
                    asking[descriptor, default: []].append(connection)
                    // The closure is the connection's own; this object keeps the connection until then.
                    connection.onEnd = { [unowned self, unowned connection] in
                        asking[descriptor]?.removeAll { $0 === connection }
                    }
                },
                onFailure: { [logger] in logger.warning("a control or metrics connection cannot be accepted: \($0)") }
            )
        )
    }

    /// Whether one more may ask; where too many do, one that has not asked yet has to go.
    private func hasRoom(on descriptor: CInt) -> Bool {
        let current = asking[descriptor] ?? []
        guard current.count >= Self.mostAsking else { return true }
        guard let silent = current.first(where: { !$0.isAsked }) else { return false }
        silent.close()
        return true
    }
}
