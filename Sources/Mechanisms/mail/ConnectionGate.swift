internal import DequeModule

/// Limits how many connections to a server are being opened at a time.
///
/// A server's backlog holds about a hundred. Linux does not report a full backlog: such a connection succeeds and never gets a
/// greeting. A value without connections and clocks; the caller numbers the attempts.
struct ConnectionGate: Sendable {
    private let width: Int
    private var inside: Set<Int> = []
    private var waiting: Deque<Int> = []

    init(width: Int = 64) {
        self.width = width
    }

    /// Whether `attempt` may start now; otherwise it waits until `leave` returns it.
    mutating func enter(_ attempt: Int) -> Bool {
        guard inside.count < width else {
            waiting.append(attempt)
            return false
        }
        inside.insert(attempt)
        return true
    }

    /// The connection is open, has failed, or has delayed others long enough.
    ///
    /// Returns the attempt that may start in its place; `nil` if `attempt` already left or was waiting.
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
