internal import Platform

/// Connections that clients keep, the longest idle first.
///
/// Only idle ones are evicted. A value: connections are numbers from the caller.
struct IdleConnections: Sendable {
    let limit: Int
    private var idle = AgeList<Int>()
    private var places: [Int: AgeList<Int>.Place] = [:]
    private(set) var count = 0

    /// Room for `limit` connections, at least 1.
    init(limit: Int) { self.limit = max(1, limit) }

    /// How many have no request that waits for the server.
    var idleCount: Int { places.count }
    /// Whether there is no room, not even if an idle one is closed.
    var isFull: Bool { count >= limit && places.isEmpty }

    /// A new connection; returns the one to close for it, which is then reported as closed.
    mutating func opened(_ connection: Int, now: Instant) -> Int? {
        let evicted = count >= limit ? idle.oldest : nil
        count += 1
        places[connection] = idle.append(connection, now: now)
        return evicted
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
