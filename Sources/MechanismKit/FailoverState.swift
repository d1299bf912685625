package import Platform

/// In which order servers are asked: one that failed is passed over for a while.
///
/// Servers are numbers, in the order in which they are preferred. Knows no connections and no clocks.
package struct FailoverState: Sendable {
    /// How long a server is passed over, in milliseconds.
    private let pause: Int
    /// Until when each is passed over; `nil` for those that are well.
    private var passedOver: [Instant?]

    package init(count: Int, pause: Int = 10_000) {
        self.pause = pause
        passedOver = Array(repeating: nil, count: count)
    }

    /// The servers for a request that begins now, all of them.
    ///
    /// Those that are passed over come last, for when the others fail too. When its time is over, a server is asked
    /// first by one request, and by the others once that one had an answer.
    package mutating func order(now: Instant) -> [Int] {
        var first: [Int] = []
        var last: [Int] = []
        for (server, end) in passedOver.enumerated() {
            if let end, end > now { last.append(server) } else { first.append(server) }
        }
        // Without another to ask there is nothing to find out first.
        if let tried = first.first, passedOver[tried] != nil, passedOver.count > 1 {
            passedOver[tried] = now.advanced(milliseconds: pause)
        }
        return first + last
    }

    /// Nothing could be found out from `server`, by its own fault; says whether it was well until now.
    package mutating func failed(_ server: Int, now: Instant) -> Bool {
        let wasWell = passedOver[server] == nil
        passedOver[server] = now.advanced(milliseconds: pause)
        return wasWell
    }

    /// `server` has answered; says whether it was passed over until now.
    package mutating func answered(_ server: Int) -> Bool {
        let wasWell = passedOver[server] == nil
        passedOver[server] = nil
        return !wasWell
    }
}
