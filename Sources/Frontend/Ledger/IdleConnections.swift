internal import Platform

/// Connections that clients keep, the longest idle first.
///
/// Only idle ones are evicted. A value: connections are numbers from the caller.
struct IdleConnections: Sendable {
    let limit: Int
    private var idle = AgeList<Int>()
    private var places: [Int: AgeList<Int>.Place] = [:]
    private(set) var count = 0

    /// What to do with the connection that is evicted for a new one.
    enum Eviction: Hashable {
        /// To close it, but first answer a login that the client may have sent just now.
        case finish(Int)
        /// To close it at once: there are too many connections already.
        case close(Int)
    }

    /// Room for `limit` connections, at least 1.
    ///
    /// For a moment there may be a few more, whose last login is still to be answered.
    init(limit: Int) { self.limit = max(1, limit) }

    /// How many have no request that waits for the server.
    var idleCount: Int { places.count }
    /// Whether there is no room, not even if an idle one is closed.
    var isFull: Bool { count >= limit && places.isEmpty }

    /// A new connection; returns the one to evict for it, which is reported when it is closed.
    mutating func opened(_ connection: Int, now: Instant) -> Eviction? {
        let eviction = count >= limit ? idle.oldest.map(evict) : nil
        count += 1
        places[connection] = idle.append(connection, now: now)
        return eviction
    }

    private func evict(_ connection: Int) -> Eviction {
        count <= limit + limit / 16 ? .finish(connection) : .close(connection)
    }

    /// A connection has, or no longer has, a request that waits for the server.
    mutating func becomes(busy: Bool, _ connection: Int, now: Instant) {
        if let place = places[connection] {
            idle.remove(place)
            if busy { places[connection] = nil }
        }
        if !busy { places[connection] = idle.append(connection, now: now) }
    }

    /// An open connection was closed.
    mutating func closed(_ connection: Int) {
        if let place = places.removeValue(forKey: connection) { idle.remove(place) }
        count -= 1
    }
}
