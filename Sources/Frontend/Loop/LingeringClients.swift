internal import DequeModule
internal import Platform

/// Recently answered clients, the oldest first.
///
/// A client hangs up as soon as it has read its reply. Waiting for that in the loop would cost a wakeup for each
/// client. So they are polled for a moment, and only slow ones are watched by the loop.
struct LingeringClients {
    /// How long an answered client is polled before the loop watches it, in milliseconds.
    private static let time = 5

    private var clients: Deque<(client: MuxClient, since: Instant)> = []

    var isEmpty: Bool { clients.isEmpty }

    mutating func append(_ client: MuxClient, now: Instant) {
        clients.append((client, now))
    }

    mutating func append(contentsOf others: LingeringClients) {
        clients.append(contentsOf: others.clients)
    }

    /// Removes and returns the oldest client if it has hung up or its time is over; otherwise `nil`.
    private mutating func next(now: Instant) -> MuxClient? {
        guard let (client, since) = clients.first else { return nil }
        guard client.hasEnded() || since.advanced(milliseconds: Self.time) <= now else { return nil }
        clients.removeFirst()
        return client
    }

    /// Closes clients that have hung up, and has the loop watch those whose time is over.
    mutating func lookAfter(now: Instant) {
        while let client = next(now: now) { client.watch() }
    }
}
