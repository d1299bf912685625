internal import DequeModule
internal import Platform

/// Clients that were answered a moment ago, the oldest first.
///
/// A client ends as soon as it has read its answer. To wait for that by the loop would wake the frontend up once more for each; so they
/// are looked at now and then for a moment, and the loop waits for those that take their time.
struct LingeringClients {
    /// How long an answered client is looked at before the loop waits for it, in milliseconds.
    private static let time = 5

    private var clients: Deque<(client: MuxClient, since: Instant)> = []

    var isEmpty: Bool { clients.isEmpty }

    mutating func append(_ client: MuxClient, now: Instant) {
        clients.append((client, now))
    }

    mutating func append(contentsOf others: LingeringClients) {
        clients.append(contentsOf: others.clients)
    }

    /// Takes the oldest client out if it has ended or its time is over; `nil` while there is nothing to do.
    private mutating func next(now: Instant) -> MuxClient? {
        guard let (client, since) = clients.first else { return nil }
        guard client.hasEnded() || since.advanced(milliseconds: Self.time) <= now else { return nil }
        clients.removeFirst()
        return client
    }

    /// Closes those that have ended, and has the loop wait for those whose time is over.
    mutating func lookAfter(now: Instant) {
        while let client = next(now: now) { client.watch() }
    }
}
