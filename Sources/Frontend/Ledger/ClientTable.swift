internal import DequeModule
internal import Glibc
internal import Platform

/// Identifies a client's connection, uniquely while the frontend runs.
struct ClientID: Hashable, Sendable {
    /// A small number, unique among current clients.
    let index: Int
    fileprivate let generation: UInt32
}

/// All client connections: their stages, their limits, their timeouts, and which of them is evicted.
///
/// It has no descriptors, and the caller passes the time. Each system account has a fair share. When the table is full,
/// the account with most connections loses one. An account with more than half of the slots gets no new one while
/// another account waits.
struct ClientTable: Sendable {
    struct Limits: Sendable {
        /// The maximum number of connections.
        var connections: Int
        /// How long a client may take to send its request, in milliseconds.
        var requestTime: Int
        /// How long an answered connection is drained, in milliseconds.
        var drainTime = 2_000
        /// How many bytes of an answered connection are discarded before it is closed anyway.
        var longestDrain = 65_536
        /// How many clients of one account may have their replies delayed: half of the default number of Postfix
        /// processes.
        var held = 50
    }

    /// The stage of a client.
    enum Stage: Hashable, Sendable {
        /// It has no slot, and its input is not read.
        case waiting
        /// It has a slot; its input, which may be a whole request, was not read yet.
        case admitted
        /// It has not sent a whole request.
        case reading
        /// It has sent all required fields and the beginning of an optional one.
        case awaitingAddress
        /// Its request is in flight.
        case asking
        /// Its reply is delayed.
        case delayed
        /// It was answered.
        case draining

        var isUnfinished: Bool { self == .admitted || self == .reading || self == .awaitingAddress }
    }

    private struct Entry {
        /// The account that its slot is counted for.
        var account: uid_t = 0
        /// `nil` if there is no client.
        var stage: Stage?
        /// Counts the clients that have used this entry.
        var generation: UInt32 = 0
        /// Whether the client sends no more.
        var inputHasEnded = false
        var drained = 0
        /// Its places in the lists that contain it.
        var arrival: AgeList<ClientID>.Place?
        var list: AgeList<ClientID>.Place?
    }

    /// The connections of one system account.
    private struct Share {
        var count = 0
        /// Clients without a whole request, by the time of their last input.
        var byActivity = AgeList<ClientID>()
        /// Clients whose reply is delayed.
        var delayed = AgeList<ClientID>()
        /// Clients that were answered and are drained.
        var draining = AgeList<ClientID>()
        /// Clients that wait for a slot.
        var waiting: Deque<ClientID> = []
    }

    private let limits: Limits
    private var entries: [Entry] = []
    private var free: [Int] = []
    private var byArrival = AgeList<ClientID>()
    private var shares: [uid_t: Share] = [:]
    /// How many clients have a slot, and how many wait for one.
    private(set) var count = 0
    private(set) var waiting = 0

    init(limits: Limits) {
        self.limits = limits
    }

    var limit: Int { limits.connections }
    var isEmpty: Bool { count == 0 && waiting == 0 }
    var isFull: Bool { count >= limits.connections }
    var needsTime: Bool { !byArrival.isEmpty || shares.values.contains { !$0.draining.isEmpty } }

    /// The stage of a client; `nil` if it is gone.
    func stage(of client: ClientID) -> Stage? { has(client) ? entries[client.index].stage : nil }

    /// The account of a client.
    func account(of client: ClientID) -> uid_t { has(client) ? entries[client.index].account : .max }

    // MARK: Connecting and leaving

    /// Adds a new client of `account`, without a slot.
    mutating func connected(account: uid_t) -> ClientID {
        let index: Int
        if let used = free.popLast() {
            index = used
        } else {
            index = entries.count
            entries.append(Entry())
        }
        let generation = entries[index].generation &+ 1
        entries[index] = Entry(account: account, stage: .waiting, generation: generation)
        return ClientID(index: index, generation: generation)
    }

    /// Gives a slot to a client.
    mutating func admit(_ client: ClientID, now: Instant) {
        guard has(client) else { return }
        count += 1
        shares[entries[client.index].account, default: Share()].count += 1
        entries[client.index].stage = .admitted
        entries[client.index].arrival = byArrival.append(client, now: now)
    }

    /// Makes a client wait for a slot; if too many wait, returns the client to turn away, which may be this one.
    ///
    /// The number of waiting clients is limited to half the number of slots. The account with most waiting clients
    /// loses its youngest.
    mutating func waits(_ client: ClientID) -> ClientID? {
        guard has(client) else { return nil }
        let account = entries[client.index].account
        shares[account, default: Share()].waiting.append(client)
        waiting += 1
        guard waiting > limits.connections / 2,
            let most = shares.max(by: { $0.value.waiting.count < $1.value.waiting.count })
        else { return nil }
        // If several accounts have equally many, the newcomer is turned away.
        let isOwn = (shares[account]?.waiting.count ?? 0) >= most.value.waiting.count
        guard let refused = shares[isOwn ? account : most.key]?.waiting.popLast() else { return nil }
        waiting -= 1
        return refused
    }

    /// The client that gets the next slot: the longest waiting one of the account with fewest connections.
    var nextWaiting: ClientID? {
        guard waiting > 0 else { return nil }
        return shares.values.filter { !$0.waiting.isEmpty }.min { $0.count < $1.count }?.waiting.first
    }

    /// Removes the client that was next from the waiting ones.
    mutating func stopsWaiting(_ client: ClientID) {
        guard has(client), shares[entries[client.index].account]?.waiting.popFirst() != nil else { return }
        waiting -= 1
    }

    /// Removes a client; its identifier becomes invalid.
    mutating func remove(_ client: ClientID) {
        guard has(client) else { return }
        let account = entries[client.index].account
        if entries[client.index].stage != .waiting {
            leaveLists(client)
            count -= 1
            shares[account]?.count -= 1
        }
        entries[client.index].stage = nil
        free.append(client.index)
        forgetIfEmpty(account)
    }

    // MARK: Client events

    /// An unfinished client has sent input.
    mutating func heard(from client: ClientID, now: Instant) {
        guard has(client), let stage = entries[client.index].stage, stage.isUnfinished,
            let place = entries[client.index].list
        else { return }
        let account = entries[client.index].account
        shares[account]?.byActivity.remove(place)
        entries[client.index].list = shares[account]?.byActivity.append(client, now: now)
    }

    /// The input at the time of admission was read, and is not a whole request.
    mutating func wasRead(_ client: ClientID, now: Instant) {
        guard has(client), entries[client.index].stage == .admitted else { return }
        entries[client.index].stage = .reading
        entries[client.index].list = shares[entries[client.index].account]?.byActivity.append(client, now: now)
    }

    /// A client has begun an optional field; returns whether this is the first report of it.
    mutating func awaitsAddress(_ client: ClientID, now: Instant) -> Bool {
        wasRead(client, now: now)
        guard has(client), entries[client.index].stage == .reading else { return false }
        entries[client.index].stage = .awaitingAddress
        return true
    }

    /// A client has sent a whole request.
    mutating func asks(_ client: ClientID) {
        guard has(client) else { return }
        leaveLists(client)
        entries[client.index].stage = .asking
    }

    /// A client's reply is delayed.
    mutating func delays(_ client: ClientID, now: Instant) {
        guard has(client) else { return }
        entries[client.index].stage = .delayed
        entries[client.index].list = shares[entries[client.index].account]?.delayed.append(client, now: now)
    }

    /// A client was answered; returns whether to close its connection because it sends no more.
    mutating func answered(_ client: ClientID, now: Instant) -> Bool {
        guard has(client) else { return true }
        leaveLists(client)
        entries[client.index].stage = .draining
        entries[client.index].list = shares[entries[client.index].account]?.draining.append(client, now: now)
        return entries[client.index].inputHasEnded
    }

    /// A client has sent bytes after its request; returns whether they exceed the limit.
    mutating func surplus(_ count: Int, from client: ClientID) -> Bool {
        guard has(client) else { return true }
        entries[client.index].drained += count
        return entries[client.index].drained > limits.longestDrain
    }

    /// A client sends no more.
    mutating func inputEnded(_ client: ClientID) {
        if has(client) { entries[client.index].inputHasEnded = true }
    }

    // MARK: Eviction and timeouts

    /// The client to answer now because too many replies of `account` are delayed: the longest waiting one.
    func delayedTooMany(of account: uid_t) -> ClientID? {
        guard let share = shares[account], share.delayed.count > limits.held else { return nil }
        return share.delayed.oldest
    }

    /// The client to evict from a full table.
    ///
    /// It is taken from the account with most connections: the unfinished client that has been silent longest, else the
    /// one that has been drained longest, else the one whose reply has been delayed longest, which is then sent. If
    /// that account has none, other accounts follow, but only for an account with at most half of the slots.
    func dispensable(for account: uid_t) -> ClientID? {
        let mayTakeFromOthers = (shares[account]?.count ?? 0) <= limits.connections / 2
        for (index, share) in shares.values.sorted(by: { $0.count > $1.count }).enumerated() {
            guard index == 0 || mayTakeFromOthers else { break }
            if let client = share.byActivity.oldest ?? share.draining.oldest ?? share.delayed.oldest { return client }
        }
        return nil
    }

    /// The clients whose reply is delayed.
    var delayed: [ClientID] { shares.values.flatMap(\.delayed.all) }

    /// The clients that have not sent a whole request.
    var unfinished: [ClientID] { byArrival.all }

    /// A client whose timeout has expired.
    func overdue(now: Instant) -> ClientID? {
        if let client = byArrival.oldest(since: now.reduced(milliseconds: limits.requestTime)) { return client }
        let limit = now.reduced(milliseconds: limits.drainTime)
        for share in shares.values {
            if let client = share.draining.oldest(since: limit) { return client }
        }
        return nil
    }

    private func has(_ client: ClientID) -> Bool {
        entries[client.index].generation == client.generation && entries[client.index].stage != nil
    }

    private mutating func leaveLists(_ client: ClientID) {
        if let place = entries[client.index].arrival.take() { byArrival.remove(place) }
        guard let place = entries[client.index].list.take() else { return }
        let account = entries[client.index].account
        switch entries[client.index].stage {
        case .reading, .awaitingAddress: shares[account]?.byActivity.remove(place)
        case .delayed: shares[account]?.delayed.remove(place)
        case .draining: shares[account]?.draining.remove(place)
        case .waiting, .admitted, .asking, nil: break
        }
    }

    private mutating func forgetIfEmpty(_ account: uid_t) {
        guard let share = shares[account], share.count == 0, share.waiting.isEmpty else { return }
        shares[account] = nil
    }
}
