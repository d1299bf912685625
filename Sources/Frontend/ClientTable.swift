internal import Platform

/// All connections of clients: how many there may be, and whose time is over.
struct ClientTable {
    struct Limits {
        /// How many connections there are at the most.
        var connections: Int
        /// How long a client may take to send its request, in milliseconds.
        var requestTime: Int
        /// How long an answered connection is drained, in milliseconds.
        var drainTime = 2_000
    }

    private let limits: Limits
    private var byArrival = AgeList<Client>()
    private var byActivity = AgeList<Client>()
    private var holding = AgeList<Client>()
    private var draining = AgeList<Client>()
    private(set) var count = 0

    init(limits: Limits) {
        self.limits = limits
    }

    var isFull: Bool { count >= limits.connections }
    var needsTime: Bool { !byArrival.isEmpty || !draining.isEmpty }

    mutating func opened(_ client: Client, now: Instant) {
        count += 1
        client.places.arrival = byArrival.append(client, now: now)
        client.places.activity = byActivity.append(client, now: now)
    }

    /// An unfinished client has sent something.
    mutating func heard(from client: Client, now: Instant) {
        guard let place = client.places.activity else { return }
        byActivity.remove(place)
        client.places.activity = byActivity.append(client, now: now)
    }

    /// A client is no longer one that has to send something or to wait.
    mutating func finished(_ client: Client) {
        if let place = client.places.arrival.take() { byArrival.remove(place) }
        if let place = client.places.activity.take() { byActivity.remove(place) }
        if let place = client.places.holding.take() { holding.remove(place) }
    }

    /// A client's answer is held back.
    mutating func holds(_ client: Client, now: Instant) {
        client.places.holding = holding.append(client, now: now)
    }

    /// A client was answered.
    mutating func answered(_ client: Client, now: Instant) {
        finished(client)
        client.places.draining = draining.append(client, now: now)
    }

    mutating func closed(_ client: Client) {
        finished(client)
        if let place = client.places.draining.take() { draining.remove(place) }
        count -= 1
    }

    /// The client that goes first when there are too many: the unfinished one that has been silent longest, else the one
    /// that has been drained longest, else none.
    var dispensable: Client? { byActivity.oldest ?? draining.oldest }

    /// The client that has waited longest for an answer that is held back: it can have it, and go.
    var longestHeld: Client? { holding.oldest }

    /// The clients whose answer is held back.
    var held: [Client] { holding.all }

    /// The clients that have not sent a whole request.
    var unfinished: [Client] { byArrival.all }

    /// A client whose time is over.
    func overdue(now: Instant) -> Client? {
        byArrival.oldest(since: now.reduced(milliseconds: limits.requestTime))
            ?? draining.oldest(since: now.reduced(milliseconds: limits.drainTime))
    }
}
