internal import Platform

extension Ledger {
    /// The ledger's part of a status report.
    ///
    /// `dovecot` are the connections of Dovecot's protocol, which the ledger does not know. `processOf` returns the
    /// process of a mechanism's worker, if known.
    func report(
        _ process: StatusReport.Process,
        dovecot: StatusReport.Dovecot?,
        now: Instant,
        processOf: (_ mechanism: Int, _ worker: Int) -> UInt32?
    ) -> StatusReport {
        StatusReport(
            process: process,
            now: now,
            mechanisms: mechanisms.indices.map { index in
                let mechanism = mechanisms[index]
                return StatusReport.Mechanism(
                    route: "\(mechanism.route)",
                    counters: mechanism.counters,
                    workers: mechanism.pool.census.map {
                        .init(
                            process: processOf(index, $0.number),
                            state: $0.state,
                            requests: $0.requests,
                            served: $0.served
                        )
                    },
                    queue: mechanism.pool.waiting,
                    lost: mechanism.pool.lost
                )
            },
            cache: caches
                ? .init(entries: memory.cacheCount, hits: memory.cacheHits, misses: memory.cacheMisses) : nil,
            forgiven: forgiven,
            logins: answered,
            clients: .init(
                connected: clients.count,
                waiting: clients.waiting,
                limit: clients.limit,
                turnedAway: turnedAwayClients,
                malformed: malformed
            ),
            dovecot: dovecot,
            throttle: throttle.map {
                .init(
                    logins: $0.slowedAccounts,
                    addresses: $0.slowedAddresses,
                    waiting: $0.waiting,
                    turnedAway: turnedAwayRequests
                )
            }
        )
    }
}
