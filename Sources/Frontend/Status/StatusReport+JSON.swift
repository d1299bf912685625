internal import Authentication
internal import JSON
internal import Platform

extension StatusReport {
    /// The report as an object; durations are in milliseconds.
    var json: JSONObject {
        var object = JSONObject()
        object.add("version", Product.version)
        object.add("pid", process.pid)
        object.add("uptime_ms", process.uptime)
        object.add("counting_ms", process.counting)
        object.add("frontend_restarts", process.restarts)
        var answers = JSONObject()
        answers.add("accepted", logins.accepted)
        answers.add("refused", logins.refused)
        answers.add("unavailable", logins.unavailable)
        object.add("logins", answers)
        object.add("mechanisms", mechanisms.map { json(of: $0) })
        if let cache {
            var part = JSONObject()
            part.add("entries", cache.entries)
            part.add("hits", cache.hits)
            part.add("misses", cache.misses)
            part.add("forgiven", forgiven)
            object.add("cache", part)
        }
        var part = JSONObject()
        part.add("connected", clients.connected)
        part.add("waiting", clients.waiting)
        part.add("limit", clients.limit)
        part.add("turned_away", clients.turnedAway)
        part.add("malformed", clients.malformed)
        object.add("clients", part)
        if let dovecot {
            var part = JSONObject()
            part.add("idle", dovecot.idle)
            part.add("busy", dovecot.busy)
            part.add("limit", dovecot.limit)
            object.add("dovecot", part)
        }
        if let throttle {
            var part = JSONObject()
            part.add("logins", throttle.logins)
            part.add("addresses", throttle.addresses)
            part.add("waiting", throttle.waiting)
            part.add("turned_away", throttle.turnedAway)
            object.add("throttle", part)
        }
        return object
    }

    private func json(of mechanism: Mechanism) -> JSONObject {
        var object = JSONObject()
        object.add("mechanism", mechanism.route)
        object.add("up", mechanism.counters.outage == nil)
        if let outage = mechanism.counters.outage {
            object.add("down_ms", outage.since.elapsedMilliseconds(until: now))
            object.add("reason", outage.reason.text)
        }
        object.add("accepted", mechanism.counters.accepted)
        object.add("refused", mechanism.counters.refused)
        object.add("unavailable", mechanism.counters.unavailable)
        object.add("queue", mechanism.queue)
        object.add("workers_lost", mechanism.lost)
        var times = JSONObject()
        for share in Self.shares { times.add("p\(share.name)", mechanism.counters.percentile(share.value)) }
        object.add("ms", times)
        object.add(
            "spread",
            mechanism.counters.spread.map { bound, count in
                var object = JSONObject()
                object.add("ms", Double(bound) / 1000)
                object.add("requests", count)
                return object
            }
        )
        object.add(
            "workers",
            mechanism.workers.map { worker in
                var object = JSONObject()
                if let process = worker.process { object.add("pid", process) }
                object.add("state", worker.state.rawValue)
                object.add("requests", worker.requests)
                object.add("served", worker.served)
                return object
            }
        )
        return object
    }

    /// The percentiles that are reported.
    static let shares: [(name: String, value: Double)] = [
        ("50", 50), ("90", 90), ("99", 99), ("99.9", 99.9), ("100", 100),
    ]
}
