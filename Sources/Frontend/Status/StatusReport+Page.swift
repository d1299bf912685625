internal import Authentication
internal import Platform

extension StatusReport {
    private static let width = 80
    private static let longestList = 20

    /// The report as text, in lines of at most 80 columns.
    var page: String {
        var lines = ["saslauthd \(Product.version), process \(process.pid), up \(Self.duration(process.uptime))"]
        if process.uptime - process.counting >= 1000 {
            lines.append("counted for \(Self.duration(process.counting)), since the last reload")
        }
        for mechanism in mechanisms { lines += ["", mechanism.route] + self.lines(of: mechanism) }
        lines.append("")
        if let cache {
            let asked = cache.hits + cache.misses
            let rate = asked == 0 ? "" : ", \(cache.hits * 100 / asked) % of \(asked) requests answered"
            lines.append("cache      \(cache.entries) passwords\(rate)\(forgiven > 0 ? ", \(forgiven) by grace" : "")")
        } else {
            lines.append("cache      off (-c)")
        }
        lines.append(
            "clients    \(clients.connected) of \(clients.limit) connected, \(clients.waiting) waiting, "
                + "\(clients.turnedAway) deferred"
        )
        if clients.malformed > 0 { lines.append("           \(clients.malformed) invalid requests") }
        if let dovecot {
            lines.append(
                "dovecot    \(dovecot.idle + dovecot.busy) of \(dovecot.limit) connections, \(dovecot.busy) busy"
            )
        }
        if let throttle {
            lines.append(
                "guessing   \(throttle.logins) logins and \(throttle.addresses) addresses slowed down, "
                    + "\(throttle.waiting) requests waiting"
            )
            if throttle.turnedAway > 0 { lines.append("           \(throttle.turnedAway) deferred") }
        } else {
            lines.append("guessing   not slowed down (--throttle off)")
        }
        return lines.map { Self.cut($0) + "\n" }.joined()
    }

    private func lines(of mechanism: Mechanism) -> [String] {
        let counters = mechanism.counters
        var lines: [String] = []
        if let outage = counters.outage {
            let time = Self.duration(outage.since.elapsedMilliseconds(until: now))
            lines.append("  down     for \(time): \(outage.reason)")
        } else {
            lines.append("  up       \(counters.answered + counters.unavailable == 0 ? "nothing asked yet" : "")")
        }
        lines.append(
            "  requests \(counters.accepted) accepted, \(counters.refused) refused, \(counters.unavailable) unavailable"
        )
        if counters.answered > 0 {
            let times = Self.shares.map {
                ($0.value < 100 ? "\($0.name) %" : "all", Self.milliseconds(counters.percentile($0.value)))
            }
            lines.append("  times    within ms: " + times.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        }
        let counts = Worker.State.allCases.map { state in (state, mechanism.workers.count { $0.state == state }) }
            .filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }
        lines.append(
            "  workers  \(counts.isEmpty ? "none" : counts.joined(separator: ", ")); \(mechanism.queue) requests queued, "
                + "\(mechanism.lost) workers lost"
        )
        for worker in mechanism.workers.prefix(Self.longestList) {
            let process = worker.process.map { "\($0)" } ?? "-"
            let busy = worker.requests > 0 ? " with \(worker.requests)" : ""
            lines.append("           \(process) \(worker.state.rawValue)\(busy), \(worker.served) served")
        }
        let rest = mechanism.workers.count - Self.longestList
        if rest > 0 { lines.append("           and \(rest) more") }
        return lines
    }

    /// Milliseconds with a useful number of digits.
    private static func milliseconds(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// `3 d 4 h`, `4 h 5 min`, `5 min 6 s` or `6 s`.
    private static func duration(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        let units = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        let shown = units.drop { $0.0 == 0 }.prefix(2).filter { $0.0 > 0 }
        return shown.isEmpty ? "0 s" : shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    private static func cut(_ line: String) -> String {
        let text = String(line.reversed().drop { $0 == " " }.reversed())
        return text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}
