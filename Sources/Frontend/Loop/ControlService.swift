internal import Authentication
internal import EventLoop
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// Answers administrators and monitors: all requests of saslauthctl(8) on the control socket, and only metrics on the
/// socket of `--metrics`.
final class ControlService {
    /// The frontend owns this object and outlives it.
    private unowned let frontend: Frontend
    private let master: MasterLink
    private let loop: EventLoop
    private let logger: Logger
    private var listeners: [Listener] = []
    private var isStarted = false
    private var hasEnded = false
    /// Connections that wait for the end of a reload.
    private var reloading: [ControlConnection] = []
    /// Open connections by socket, the oldest first; limited, because anyone who reaches a socket could open more.
    private var asking: [CInt: [ControlConnection]] = [:]
    private static let mostAsking = 32
    /// The last metrics text: rendering it for each request would slow down logins.
    private var figures: (text: String, time: Instant)?
    /// How long that text is reused, in milliseconds.
    private static let figuresTime = 1_000

    init(frontend: Frontend, master: MasterLink, loop: EventLoop, logger: Logger) {
        self.frontend = frontend
        self.master = master
        self.loop = loop
        self.logger = logger
        // The frontend owns the link and this object, and turns the loop, so both outlive all calls.
        master.onKept = { [unowned self] in endReload(.failed(reason: $0)) }
    }

    /// Serves saslauthctl on a listening socket and takes ownership of it; only root and the daemon's account can reach
    /// it.
    func serve(control descriptor: CInt) {
        // This object owns listeners and connections, and outlives them.
        listen(descriptor, isWhole: { $0.contains(UInt8(ascii: "\n")) }) { [unowned self] in
            obey(String(Substring($0.utf8.prefix { $0 != UInt8(ascii: "\n") })), $1)
        }
    }

    /// Serves Prometheus on a listening socket and takes ownership of it: HTTP/1.1, RFC 9112, one request per
    /// connection.
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

    /// Begins to answer; until then the previous frontend answers.
    func start() {
        guard !isStarted, !hasEnded else { return }
        isStarted = true
        do throws(SystemError) {
            for listener in listeners { try listener.accept(true) }
        } catch {
            logger.error("cannot serve control and metrics requests: \(error)")
        }
    }

    /// Stops: another frontend has taken over or, with a `reason`, none has.
    func end(reason: String?) {
        hasEnded = true
        endReload(reason.map { .failed(reason: $0) } ?? .done(""))
        // The master has the sockets too, and the next frontend answers there.
        for listener in listeners { listener.stop() }
        listeners = []
        // Clients that have sent no request can ask the next frontend.
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
                connection.answer(.done("dropped \(count) cache entries\n"))
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
                // This object owns the listener, and outlives it.
                onClient: { [unowned self] accepted in
                    guard hasRoom(on: descriptor) else { return }
                    let connection = ControlConnection(accepted, loop: loop, isWhole: isWhole, onRequest: onRequest)
                    guard let connection else { return }
                    asking[descriptor, default: []].append(connection)
                    // The connection owns the closure; this object owns the connection until then.
                    connection.onEnd = { [unowned self, unowned connection] in
                        asking[descriptor]?.removeAll { $0 === connection }
                    }
                },
                onFailure: { [logger] in logger.warning("cannot accept a control or metrics connection: \($0)") }
            )
        )
    }

    /// Whether there is room for another connection; closes one without a request if there are too many.
    private func hasRoom(on descriptor: CInt) -> Bool {
        let current = asking[descriptor] ?? []
        guard current.count >= Self.mostAsking else { return true }
        guard let silent = current.first(where: { !$0.isAsked }) else { return false }
        silent.close()
        return true
    }
}
