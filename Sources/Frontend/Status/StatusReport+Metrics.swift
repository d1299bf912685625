internal import Authentication

extension StatusReport {
    /// The media type of `metrics`.
    static let metricsType = "text/plain; version=0.0.4; charset=utf-8"

    /// The bucket bounds of durations, in seconds.
    private static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// The report in the Prometheus text format, version 0.0.4.
    var metrics: String {
        var text = MetricsText()
        text.family("build_info", .gauge, "The version, as a label.", [("version=\"\(Product.version)\"", 1)])
        text.family(
            "uptime_seconds",
            .gauge,
            "Time since the daemon started.",
            [("", Double(process.uptime) / 1000)]
        )
        text.family(
            "counting_seconds",
            .gauge,
            "Time since counting began, at the last start, reload or restart of the frontend.",
            [("", Double(process.counting) / 1000)]
        )
        text.family(
            "frontend_restarts_total",
            .counter,
            "Frontends that exited unexpectedly and were restarted.",
            [("", Double(process.restarts))]
        )
        text.family(
            "logins_total",
            .counter,
            "Logins by reply, including replies from the cache.",
            [
                ("result=\"accepted\"", Double(logins.accepted)), ("result=\"refused\"", Double(logins.refused)),
                ("result=\"unavailable\"", Double(logins.unavailable)),
            ]
        )
        text.family(
            "requests_total",
            .counter,
            "Requests by mechanism and result.",
            mechanisms.flatMap { mechanism in
                [
                    ("accepted", mechanism.counters.accepted), ("refused", mechanism.counters.refused),
                    ("unavailable", mechanism.counters.unavailable),
                ].map { ("\(label(mechanism)),result=\"\($0)\"", Double($1)) }
            }
        )
        text.histogram(
            "request_duration_seconds",
            "Time from a request to its verdict, without the delay of a refusal.",
            mechanisms.map { mechanism in
                let counters = mechanism.counters
                return MetricsText.Series(
                    labels: label(mechanism),
                    buckets: Self.bounds.map { ($0, counters.count(within: $0)) },
                    sum: counters.seconds,
                    count: counters.answered
                )
            }
        )
        text.family(
            "backend_up",
            .gauge,
            "Whether the mechanism gives verdicts: 1 if up, 0 if down.",
            mechanisms.map {
                (label($0), $0.counters.outage == nil ? 1 : 0)
            }
        )
        text.family(
            "workers",
            .gauge,
            "Workers by mechanism and state.",
            mechanisms.flatMap { mechanism in
                Worker.State.allCases.map { state in
                    let count = mechanism.workers.count { $0.state == state }
                    return ("\(label(mechanism)),state=\"\(state.rawValue)\"", Double(count))
                }
            }
        )
        text.family(
            "workers_lost_total",
            .counter,
            "Ready workers that exited by themselves or were killed.",
            mechanisms.map {
                (label($0), Double($0.lost))
            }
        )
        text.family(
            "queue_length",
            .gauge,
            "Requests waiting for a worker.",
            mechanisms.map {
                (label($0), Double($0.queue))
            }
        )
        if let cache {
            text.family(
                "cache_hits_total",
                .counter,
                "Requests answered from the cache.",
                [("", Double(cache.hits))]
            )
            text.family(
                "cache_misses_total",
                .counter,
                "Requests not answered from the cache.",
                [("", Double(cache.misses))]
            )
            text.family("cache_entries", .gauge, "Accepted logins in the cache.", [("", Double(cache.entries))])
            text.family(
                "cache_grace_total",
                .counter,
                "Requests answered from the cache because the mechanism gave no verdict.",
                [("", Double(forgiven))]
            )
        }
        text.family(
            "connections",
            .gauge,
            "Client connections.",
            [
                ("state=\"open\"", Double(clients.connected)), ("state=\"waiting\"", Double(clients.waiting)),
            ]
        )
        text.family("connections_limit", .gauge, "Maximum number of open connections.", [("", Double(clients.limit))])
        text.family(
            "connections_turned_away_total",
            .counter,
            "Clients deferred for lack of a connection slot.",
            [("", Double(clients.turnedAway))]
        )
        text.family(
            "malformed_requests_total",
            .counter,
            "Invalid requests.",
            [("", Double(clients.malformed))]
        )
        if let dovecot {
            text.family(
                "dovecot_connections",
                .gauge,
                "Connections of clients of Dovecot's protocol.",
                [("state=\"idle\"", Double(dovecot.idle)), ("state=\"busy\"", Double(dovecot.busy))]
            )
            text.family(
                "dovecot_connections_limit",
                .gauge,
                "Maximum number of connections of clients of Dovecot's protocol.",
                [("", Double(dovecot.limit))]
            )
        }
        if let throttle {
            text.family(
                "throttled",
                .gauge,
                "Logins and addresses whose refusals are delayed.",
                [
                    ("kind=\"login\"", Double(throttle.logins)), ("kind=\"address\"", Double(throttle.addresses)),
                ]
            )
            text.family(
                "throttle_waiting",
                .gauge,
                "Requests waiting for others for the same login.",
                [("", Double(throttle.waiting))]
            )
            text.family(
                "throttle_turned_away_total",
                .counter,
                "Requests deferred because of others for the same login.",
                [("", Double(throttle.turnedAway))]
            )
        }
        return text.description
    }

    /// Routes contain the administrator's text, which may include quotation marks and backslashes.
    private func label(_ mechanism: Mechanism) -> String {
        "mechanism=\"\(MetricsText.escaped(mechanism.route))\""
    }
}
