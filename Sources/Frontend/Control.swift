internal import Authentication
internal import Glibc
internal import Logging
internal import Platform

/// What administrators and monitors can ask the frontend: over the control socket whatever saslauthctl(8) offers, over that of
/// `--metrics` the figures alone.
///
/// A question on the control socket is one line; the answer begins with a line `ok` or `error REASON`.
final class Control {
    private unowned let frontend: Frontend
    private let path: RequestPath
    private let master: MasterLink
    private let loop: EventLoop
    private let logger: Logger
    private var listeners: [Listener] = []
    private var isStarted = false
    private var hasEnded = false
    /// Who waits for the end of a reload.
    private var reloading: [Query] = []
    /// How many are asking at this moment, by the number of the socket, and how many may on one: whoever reaches it could ask for ever.
    private var asking: [CInt: Int] = [:]
    private static let mostAsking = 32

    init(frontend: Frontend, path: RequestPath, master: MasterLink, loop: EventLoop, logger: Logger) {
        self.frontend = frontend
        self.path = path
        self.master = master
        self.loop = loop
        self.logger = logger
        master.onKept = { [unowned self] in endReload("error \($0)\n") }
    }

    /// Is to answer saslauthctl on a listening socket, which becomes the object's own; only root and the daemon's account reach it.
    func serve(control descriptor: CInt) {
        listen(descriptor, isWhole: { $0.contains(UInt8(ascii: "\n")) }) { [unowned self] in
            obey($0.prefix { $0 != "\n" }.split(separator: " ").map(String.init), $1)
        }
    }

    /// Is to answer Prometheus on a listening socket, which becomes the object's own: HTTP/1.1, RFC 9112, one request a connection.
    func serve(metrics descriptor: CInt) {
        listen(descriptor, isWhole: MetricsReply.isWhole) { [unowned self] request, query in
            query.answer(MetricsReply.text(to: request) { frontend.report.metrics })
        }
    }

    /// Begins to answer: before the frontend serves, another one does.
    func start() {
        guard !isStarted, !hasEnded else { return }
        isStarted = true
        do throws(SystemError) {
            for listener in listeners { try listener.accept(true) }
        } catch {
            logger.error("questions about the state cannot be answered: \(error)")
        }
    }

    /// The frontend ends: another one has taken over, or with a `reason` none has.
    func end(reason: String?) {
        hasEnded = true
        endReload(reason.map { "error \($0)\n" } ?? "ok\n")
        // The master holds the sockets too, and the frontend that serves now answers there.
        for listener in listeners { listener.stop() }
        listeners = []
    }

    private func obey(_ words: [String], _ query: Query) {
        switch (words.first, words.dropFirst().first, words.count) {
        case ("status", nil, _): query.answer("ok\n" + frontend.report.page)
        case ("status", "json", 2): query.answer("ok\n\(frontend.report.json)\n")
        case ("status", "prometheus", 2): query.answer("ok\n" + frontend.report.metrics)
        case ("flush", let login, 1...2):
            query.answer("ok\n\(path.flush(login.map { ByteString($0) })) entries were dropped from the cache\n")
        case ("reload", nil, _):
            reloading.append(query)
            master.reload()
        case ("workers", "restart", 2):
            path.renewWorkers()
            query.answer("ok\n")
        default: query.answer("error this saslauthd does not know the command: \(words.joined(separator: " "))\n")
        }
    }

    private func endReload(_ answer: String) {
        for query in reloading { query.answer(answer) }
        reloading = []
    }

    private func listen(
        _ descriptor: CInt,
        isWhole: @escaping ([UInt8]) -> Bool,
        _ onQuestion: @escaping (String, Query) -> Void
    ) {
        listeners.append(
            Listener(
                OwnedDescriptor(adopting: descriptor),
                loop: loop,
                onClient: { [unowned self] connection in
                    // One too many finds the connection closed.
                    guard asking[descriptor, default: 0] < Self.mostAsking else { return }
                    let query = Query(
                        connection,
                        loop: loop,
                        isWhole: isWhole,
                        onQuestion: onQuestion,
                        onEnd: { [unowned self] in asking[descriptor, default: 1] -= 1 }
                    )
                    if query != nil { asking[descriptor, default: 0] += 1 }
                },
                onFailure: { [logger] in logger.warning("a question about the state cannot be accepted: \($0)") }
            )
        )
    }
}
