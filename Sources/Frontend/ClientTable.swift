internal import DequeModule
internal import Glibc
internal import Platform

/// All connections of clients: how many there may be, whose time is over, and who makes room for whom.
///
/// Accounts of the system have fair shares: where there is no room, the one that holds most gives first, and none gets a further place
/// while it holds more than half of them and others wait.
struct ClientTable {
    struct Limits {
        /// How many connections there are at the most.
        var connections: Int
        /// How long a client may take to send its request, in milliseconds.
        var requestTime: Int
        /// How long an answered connection is drained, in milliseconds.
        var drainTime = 2_000
        /// How many clients of one account may have their refusal delayed: half of the processes of a Postfix.
        var held = 50
    }

    /// What one account of the system holds.
    private final class Share {
        var count = 0
        /// Clients that have not sent a whole request, by the time they last sent anything.
        var byActivity = AgeList<Client>()
        /// Clients whose answer is held back.
        var holding = AgeList<Client>()
        /// Clients that were answered and are drained.
        var draining = AgeList<Client>()
        /// Clients that wait for a place, unread.
        var waiting: Deque<Client> = []
    }

    private let limits: Limits
    private var byArrival = AgeList<Client>()
    private var shares: [uid_t: Share] = [:]
    private(set) var count = 0
    private(set) var waiting = 0

    init(limits: Limits) {
        self.limits = limits
    }

    var limit: Int { limits.connections }
    var isFull: Bool { count >= limits.connections }
    var needsTime: Bool { !byArrival.isEmpty || shares.values.contains { !$0.draining.isEmpty } }

    mutating func opened(_ client: Client, now: Instant) {
        count += 1
        let share = share(of: client.account)
        share.count += 1
        client.places.arrival = byArrival.append(client, now: now)
        client.places.activity = share.byActivity.append(client, now: now)
    }

    /// A client waits for a slot; gives the client that has to go instead, which may be itself, when too many wait.
    ///
    /// Half as many as have slots may wait, of all accounts together; the account with most of them loses its youngest.
    mutating func waits(_ client: Client) -> Client? {
        let share = share(of: client.account)
        share.waiting.append(client)
        waiting += 1
        guard waiting > limits.connections / 2,
            let most = shares.max(by: { $0.value.waiting.count < $1.value.waiting.count })
        else { return nil }
        // Among equals the newcomer goes.
        let account = share.waiting.count >= most.value.waiting.count ? client.account : most.key
        defer { forgetIfEmpty(account) }
        waiting -= 1
        return shares[account]?.waiting.popLast()
    }

    /// A client whose refusal is to be sent now, as too many of `account` have theirs delayed; the one that has waited longest.
    func heldTooMany(of account: uid_t) -> Client? {
        guard let share = shares[account], share.holding.count > limits.held else { return nil }
        return share.holding.oldest
    }

    /// The client that gets the next place: of the account that holds fewest, the one that has waited longest.
    var nextWaiting: Client? {
        guard waiting > 0 else { return nil }
        return shares.values.filter { !$0.waiting.isEmpty }.min { $0.count < $1.count }?.waiting.first
    }

    /// The client that was next waits no more.
    mutating func stopsWaiting(_ client: Client) {
        guard shares[client.account]?.waiting.popFirst() != nil else { return }
        waiting -= 1
        forgetIfEmpty(client.account)
    }

    /// An unfinished client has sent something.
    mutating func heard(from client: Client, now: Instant) {
        guard let place = client.places.activity else { return }
        shares[client.account]?.byActivity.remove(place)
        client.places.activity = shares[client.account]?.byActivity.append(client, now: now)
    }

    /// A client is no longer one that has to send something or to wait.
    mutating func finished(_ client: Client) {
        if let place = client.places.arrival.take() { byArrival.remove(place) }
        if let place = client.places.activity.take() { shares[client.account]?.byActivity.remove(place) }
        if let place = client.places.holding.take() { shares[client.account]?.holding.remove(place) }
    }

    /// A client's answer is held back.
    mutating func holds(_ client: Client, now: Instant) {
        client.places.holding = shares[client.account]?.holding.append(client, now: now)
    }

    /// A client was answered.
    mutating func answered(_ client: Client, now: Instant) {
        finished(client)
        client.places.draining = shares[client.account]?.draining.append(client, now: now)
    }

    mutating func closed(_ client: Client) {
        finished(client)
        if let place = client.places.draining.take() { shares[client.account]?.draining.remove(place) }
        count -= 1
        shares[client.account]?.count -= 1
        forgetIfEmpty(client.account)
    }

    /// Who goes when there are too many.
    ///
    /// Of the account that holds most, the unfinished client that has been silent longest, else the one that has been drained longest,
    /// else the one that has waited longest for an answer that is held back: it can have it, and go. If there is none, one of the
    /// others', but for the sake of an account that holds less than half.
    func dispensable(for account: uid_t) -> Client? {
        let mayTakeFromOthers = (shares[account]?.count ?? 0) <= limits.connections / 2
        for (index, share) in shares.values.sorted(by: { $0.count > $1.count }).enumerated() {
            guard index == 0 || mayTakeFromOthers else { break }
            if let client = share.byActivity.oldest ?? share.draining.oldest ?? share.holding.oldest { return client }
        }
        return nil
    }

    /// The clients whose answer is held back.
    var held: [Client] { shares.values.flatMap(\.holding.all) }

    /// The clients that have not sent a whole request.
    var unfinished: [Client] { byArrival.all }

    /// A client whose time is over.
    func overdue(now: Instant) -> Client? {
        if let client = byArrival.oldest(since: now.reduced(milliseconds: limits.requestTime)) { return client }
        let limit = now.reduced(milliseconds: limits.drainTime)
        for share in shares.values {
            if let client = share.draining.oldest(since: limit) { return client }
        }
        return nil
    }

    private mutating func share(of account: uid_t) -> Share {
        if let share = shares[account] { return share }
        let share = Share()
        shares[account] = share
        return share
    }

    private mutating func forgetIfEmpty(_ account: uid_t) {
        guard let share = shares[account], share.count == 0, share.waiting.isEmpty else { return }
        shares[account] = nil
    }
}
