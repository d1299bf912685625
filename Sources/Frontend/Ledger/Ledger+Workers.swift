internal import Authentication
internal import CommandLine
internal import Platform

/// Workers: their messages, and the decisions of their mechanism's pool.
extension Ledger {
    /// A worker is ready for `parallel` requests at a time.
    mutating func workerReady(
        _ worker: Int,
        of mechanism: Int,
        parallel: Int,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        becameReady(mechanism, now: now, into: &actions)
        let further = mechanisms[mechanism].pool.ready(worker: worker, parallel: parallel, now: now)
        carryOut(further, of: mechanism, now: now, into: &actions)
    }

    /// A worker has given a verdict; `false` if it did not have that request, so its connection must be dropped.
    mutating func verdict(
        on id: RequestID,
        from worker: Int,
        of mechanism: Int,
        _ finding: Finding,
        now: Instant,
        into actions: inout [LedgerAction]
    ) -> Bool {
        guard let further = mechanisms[mechanism].pool.answered(request: id, by: worker, now: now) else { return false }
        // The verdict first: the pool's actions concern other requests.
        decide(id, finding, now: now, into: &actions)
        carryOut(further, of: mechanism, now: now, into: &actions)
        return true
    }

    /// A worker exited or was killed.
    mutating func workerGone(
        _ worker: Int,
        of mechanism: Int,
        reason: String,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        let further = mechanisms[mechanism].pool.gone(worker: worker, reason: reason, now: now)
        carryOut(further, of: mechanism, now: now, into: &actions)
    }

    /// Replaces a worker: it gets no more requests, and is retired when it has none.
    mutating func outgrown(_ worker: Int, of mechanism: Int, now: Instant, into actions: inout [LedgerAction]) {
        let further = mechanisms[mechanism].pool.outgrown(worker: worker, now: now)
        carryOut(further, of: mechanism, now: now, into: &actions)
    }

    /// Replaces all workers, each after its requests in flight.
    mutating func renewWorkers(now: Instant, into actions: inout [LedgerAction]) {
        for index in mechanisms.indices {
            carryOut(mechanisms[index].pool.renew(now: now), of: index, now: now, into: &actions)
        }
    }

    /// Carries out the decisions of a mechanism's pool.
    mutating func carryOut(
        _ decided: [PoolState.Action],
        of mechanism: Int,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        for action in decided {
            switch action {
            case .hand(let id, _) where requests[id] == nil:
                let further = mechanisms[mechanism].pool.withdrawn(request: id, now: now)
                carryOut(further, of: mechanism, now: now, into: &actions)
            case .hand(let id, let worker):
                requests[id]?.handed(to: mechanism, now: now)
                actions.append(.hand(id, mechanism: mechanism, worker: worker))
            case .startWorker(let worker): actions.append(.startWorker(mechanism: mechanism, worker))
            case .retire(let worker): actions.append(.retireWorker(mechanism: mechanism, worker))
            case .kill(let worker): actions.append(.killWorker(mechanism: mechanism, worker))
            case .giveUp(let id, .workers(let reason)):
                decide(id, Finding(.unavailable(Unavailability(reason))), now: now, into: &actions)
            case .giveUp(let id, .overload): conclude(id, .overload(Self.tooBusy), now: now, into: &actions)
            case .slowDown(let milliseconds):
                let plugin = plugins[mechanism]
                actions.append(.log(.workersKeepEnding(plugin, milliseconds: milliseconds)))
            }
        }
    }
}
