internal import DequeModule

/// How many connections to a server are being made at a time.
///
/// A server's backlog holds about a hundred. Linux tells nobody that it was full: who comes then is connected, and
/// waits in vain for a greeting. Knows no connections and no clocks; attempts are numbers that the caller gives.
struct ConnectionGate: Sendable {
    private let width: Int
    private var inside: Set<Int> = []
    private var waiting: Deque<Int> = []

    init(width: Int = 64) {
        self.width = width
    }

    /// Whether `attempt` may begin now; else it waits until `leave` names it.
    mutating func enter(_ attempt: Int) -> Bool {
        guard inside.count < width else {
            waiting.append(attempt)
            return false
        }
        inside.insert(attempt)
        return true
    }

    /// The connection is made, or will not be, or has taken long enough to keep others waiting no longer.
    ///
    /// Gives the attempt that may begin in its place. One that has left already, or waits, changes nothing for others.
    mutating func leave(_ attempt: Int) -> Int? {
        guard inside.remove(attempt) != nil else {
            if let place = waiting.firstIndex(of: attempt) { waiting.remove(at: place) }
            return nil
        }
        guard let next = waiting.popFirst() else { return nil }
        inside.insert(next)
        return next
    }
}
