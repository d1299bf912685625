internal import Authentication
internal import EventLoop
internal import Glibc
internal import Logging
internal import Platform

/// What workers report, and what administrators ask.
extension Frontend {
    // MARK: Worker events

    func ready(_ worker: Int, of pool: WorkerPool, parallel: Int) {
        ledger.workerReady(worker, of: pool.index, parallel: parallel, now: loop.now, into: &actions)
        perform()
    }

    /// A worker has given a verdict; `false` if that is impossible.
    func verdict(on id: UInt32, from worker: Int, of pool: WorkerPool, _ finding: Finding) -> Bool {
        defer { perform() }
        return ledger.verdict(
            on: id,
            from: worker,
            of: pool.index,
            finding,
            now: loop.now,
            into: &actions
        )
    }

    func gone(_ worker: Int, of pool: WorkerPool, reason: String) {
        ledger.workerGone(worker, of: pool.index, reason: reason, now: loop.now, into: &actions)
        perform()
    }

    func outgrown(_ worker: Int, of pool: WorkerPool) {
        ledger.outgrown(worker, of: pool.index, now: loop.now, into: &actions)
        perform()
    }

    /// Whether an answer to a question of `kind` fits request `id`.
    func expects(_ kind: HeldQuestion.Kind, for id: RequestID) -> Bool {
        requests[id].map { $0.question.kind == kind } ?? true
    }

    /// The login of a Dovecot client that has made a request.
    func login(of request: RequestID) -> DovecotLogin? {
        requests[request].flatMap { connection($0.client) } as? DovecotLogin
    }

    // MARK: Administration

    /// The current status.
    var report: StatusReport {
        let now = loop.now
        return ledger.report(
            .init(
                pid: getppid(),
                uptime: masterStart.elapsedMilliseconds(until: now),
                counting: startedAt.elapsedMilliseconds(until: now),
                restarts: restarts
            ),
            dovecot: dovecot?.connections,
            now: now,
            processOf: { [pools] in pools[$0].process(of: $1) }
        )
    }

    /// Replaces all workers, each after its requests in flight.
    func renewWorkers() {
        logger.notice("replacing the workers")
        ledger.renewWorkers(now: loop.now, into: &actions)
        perform()
    }

    /// Empties the cache, entirely or for one login; returns the number of entries dropped.
    func flush(_ login: ByteString?) -> Int {
        let count = ledger.flush(login)
        logger.info("cache flushed\(login.map { " for \($0)" } ?? ""): \(count) entries")
        return count
    }
}
