package import Platform

/// The order in which servers are tried: a failed one is skipped for a while.
///
/// Servers are numbers in order of preference. A value: it has no connections and no clock.
package struct FailoverState: Sendable {
    /// How long a failed server is skipped, in milliseconds.
    private let pause: Int
    /// Until when each server is skipped; `nil` for those that work.
    private var passedOver: [Instant?]

    package init(count: Int, pause: Int = 10_000) {
        self.pause = pause
        passedOver = Array(repeating: nil, count: count)
    }

    /// All servers, in the order in which a request that starts now should try them.
    ///
    /// Skipped servers come last, in case the others fail too. When the time of a skipped server is over, one request
    /// tries it first; the others follow once it has answered that request.
    package mutating func order(now: Instant) -> [Int] {
        var first: [Int] = []
        var last: [Int] = []
        for (server, end) in passedOver.enumerated() {
            if let end, end > now { last.append(server) } else { first.append(server) }
        }
        // With a single server there is no alternative, and so no need for a trial.
        if let tried = first.first, passedOver[tried] != nil, passedOver.count > 1 {
            passedOver[tried] = now.advanced(milliseconds: pause)
        }
        return first + last
    }

    /// `server` failed to give a verdict; returns whether it worked until now.
    package mutating func failed(_ server: Int, now: Instant) -> Bool {
        let wasWell = passedOver[server] == nil
        passedOver[server] = now.advanced(milliseconds: pause)
        return wasWell
    }

    /// `server` has answered; returns whether it was skipped until now.
    package mutating func answered(_ server: Int) -> Bool {
        let wasWell = passedOver[server] == nil
        passedOver[server] = nil
        return !wasWell
    }
}
