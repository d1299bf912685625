import JSON

/// What the view needs of a daemon's report, as the control socket gives it in JSON.
struct TopReport: Hashable, Sendable {
    struct Mechanism: Hashable, Sendable {
        var route = ""
        /// For how long, in milliseconds, and why it is down; `nil` while it is up.
        var outage: Outage?
        var accepted = 0
        var refused = 0
        var unavailable = 0
        var queue = 0
        var lost = 0
        /// How many workers there are in each state.
        var workers: [String: Int] = [:]
        var inFlight = 0
        /// How many verdicts took no longer than so many microseconds, and longer than the bound before.
        var spread: [Int: Int] = [:]
    }

    struct Outage: Hashable, Sendable {
        let milliseconds: Int
        let reason: String
    }

    struct Cache: Hashable, Sendable {
        var entries = 0
        var hits = 0
    }

    /// Connections of clients of Dovecot's protocol.
    struct Dovecot: Hashable, Sendable {
        var idle = 0
        var busy = 0
        var limit = 0
    }

    struct Throttle: Hashable, Sendable {
        var logins = 0
        var addresses = 0
        var waiting = 0
        var turnedAway = 0
    }

    var version = ""
    var pid = 0
    /// How long ago the daemon was started, and since when it counts, in milliseconds.
    var uptime = 0
    var counting = 0
    var frontendRestarts = 0
    var accepted = 0
    var refused = 0
    var unavailable = 0
    var mechanisms: [Mechanism] = []
    var cache: Cache?
    var connected = 0
    var waiting = 0
    var limit = 0
    var turnedAway = 0
    var dovecot: Dovecot?
    var throttle: Throttle?
}

extension TopReport {
    /// Reads a report; `nil` where it is none.
    init?(json text: String) {
        guard let value = JSONValue(text), let version = value["version"]?.text, let pid = value["pid"]?.integer,
            let uptime = value["uptime_ms"]?.integer, let counting = value["counting_ms"]?.integer,
            let mechanisms = value["mechanisms"]?.list, let logins = value["logins"], let clients = value["clients"]
        else { return nil }
        self.version = version
        (self.pid, self.uptime, self.counting) = (pid, uptime, counting)
        frontendRestarts = value.count("frontend_restarts")
        accepted = logins.count("accepted")
        refused = logins.count("refused")
        unavailable = logins.count("unavailable")
        self.mechanisms = mechanisms.map { Mechanism($0) }
        cache = value["cache"].map { Cache(entries: $0.count("entries"), hits: $0.count("hits")) }
        connected = clients.count("connected")
        waiting = clients.count("waiting")
        limit = clients.count("limit")
        turnedAway = clients.count("turned_away")
        dovecot = value["dovecot"].map {
            Dovecot(idle: $0.count("idle"), busy: $0.count("busy"), limit: $0.count("limit"))
        }
        throttle = value["throttle"].map {
            Throttle(
                logins: $0.count("logins"),
                addresses: $0.count("addresses"),
                waiting: $0.count("waiting"),
                turnedAway: $0.count("turned_away")
            )
        }
    }
}

extension TopReport.Mechanism {
    fileprivate init(_ value: JSONValue) {
        route = value["mechanism"]?.text ?? ""
        if value["up"]?.bool == false {
            outage = TopReport.Outage(milliseconds: value.count("down_ms"), reason: value["reason"]?.text ?? "")
        }
        accepted = value.count("accepted")
        refused = value.count("refused")
        unavailable = value.count("unavailable")
        queue = value.count("queue")
        lost = value.count("workers_lost")
        for worker in value["workers"]?.list ?? [] {
            workers[worker["state"]?.text ?? "", default: 0] += 1
            inFlight += worker.count("requests")
        }
        for part in value["spread"]?.list ?? [] {
            guard let bound = part["ms"]?.number, bound < 1e9 else { continue }
            spread[Int((bound * 1000).rounded())] = part.count("requests")
        }
    }
}

extension JSONValue {
    /// A member that is a count; 0 where it is none.
    fileprivate func count(_ name: String) -> Int {
        // No sum of them overflows.
        min(max(self[name]?.integer ?? 0, 0), 1 << 48)
    }
}
