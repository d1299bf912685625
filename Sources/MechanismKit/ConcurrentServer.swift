internal import Authentication
internal import EventLoop
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// Passes requests to a mechanism as they arrive, and writes log lines and verdicts once per turn of the loop.
final class ConcurrentServer: EventSource {
    private var connection: WorkerConnection
    private let mechanism: any ConcurrentMechanism
    private let loop: EventLoop
    private let log: MechanismLog
    private var verdicts: [MechanismMessage] = []
    private var hasEnded = false
    private var failure: SystemError?

    init(
        _ connection: consuming WorkerConnection,
        mechanism: any ConcurrentMechanism,
        loop: EventLoop,
        log: MechanismLog
    ) {
        self.connection = connection
        self.mechanism = mechanism
        self.loop = loop
        self.log = log
    }

    /// Returns when the connection is closed.
    func serve() throws(SystemError) {
        let registration = try loop.add(self, connection.number)
        // This object outlives the loop's use of it, which ends when this call returns.
        loop.onTurnEnd = { [unowned self] in write() }
        defer { loop.onTurnEnd = {} }
        while !hasEnded { try loop.turn() }
        try loop.remove(registration, connection.number)
        if let failure { throw failure }
    }

    func isReady(readable: Bool, writable: Bool) {
        do throws(SystemError) {
            // The connection is readable: this does not block.
            hasEnded = try !connection.fill()
            while let request = try connection.nextArrived() {
                guard case .password(let frame) = consume request else {
                    throw SystemError("read", on: "a question about a scheme that was not offered", number: EPROTO)
                }
                let id = frame.id
                // The mechanism may keep the answer longer than the connection lives.
                let answer = Answer { [weak self] decision in
                    self?.verdicts.append(decision.message(for: id))
                }
                mechanism.begin(frame.intoRequest(), answer)
            }
        } catch {
            failure = error
            hasEnded = true
        }
    }

    private func write() {
        log.take().forEach { connection.enqueue($0) }
        verdicts.forEach { connection.enqueue($0) }
        verdicts.removeAll(keepingCapacity: true)
        do throws(SystemError) {
            try connection.flush()
        } catch {
            failure = error
            hasEnded = true
        }
    }
}
