internal import DequeModule
internal import Glibc
internal import Platform

/// Names a client's connection: no other has the same name while the frontend runs.
struct ClientID: Hashable, Sendable {
    /// A small number, which no other client has at the time.
    let index: Int
    fileprivate let generation: UInt32
}

/// All connections of clients: where each stands, how many there may be, whose time is over, and who is evicted.
///
/// Knows no descriptors and no clocks. Accounts of the system have fair shares: where there is no room, the one that holds most gives
/// first, and none gets a further place while it holds more than half of them and others wait.
struct ClientTable: Sendable {
    struct Limits: Sendable {
        /// How many connections there are at the most.
        var connections: Int
        /// How long a client may take to send its request, in milliseconds.
        var requestTime: Int
        /// How long an answered connection is drained, in milliseconds.
        var drainTime = 2_000
        /// How many bytes of an answered connection are read and thrown away before it is closed all the same.
        var longestDrain = 65_536
        /// How many clients of one account may have their answer delayed: half of the processes of a Postfix.
        var held = 50
    }

    /// Where a client stands.
    enum Stage: Hashable, Sendable {
        /// It has no place, and is not read.
        case waiting
        /// It has a place, and what it has sent already was not read: it may be a whole request.
        case admitted
        /// It has not sent a whole request.
        case reading
        /// It has, but for a field that not all clients send, of which it has begun one.
        case awaitingAddress
        /// What it has asked is being decided on.
        case asking
        /// The same, and the answer is delayed.
        case delayed
        /// It has its answer.
        case draining

        var isUnfinished: Bool { self == .admitted || self == .reading || self == .awaitingAddress }
    }

    private struct Entry {
        /// The account whose share its place is of.
        var account: uid_t = 0
        /// `nil` where there is no client.
        var stage: Stage?
        /// How many clients had this entry.
        var generation: UInt32 = 0
        /// Whether the client sends no more.
        var inputHasEnded = false
        var drained = 0
        /// Its places in the lists that it is in.
        var arrival: AgeList<ClientID>.Place?
        var list: AgeList<ClientID>.Place?
    }

    /// What one account of the system holds.
    private struct Share {
        var count = 0
        /// Clients that have not sent a whole request, by the time they last sent anything.
        var byActivity = AgeList<ClientID>()
        /// Clients whose answer is delayed.
        var delayed = AgeList<ClientID>()
        /// Clients that were answered and are drained.
        var draining = AgeList<ClientID>()
        /// Clients that wait for a place.
        var waiting: Deque<ClientID> = []
    }

    private let limits: Limits
    private var entries: [Entry] = []
    private var free: [Int] = []
    private var byArrival = AgeList<ClientID>()
    private var shares: [uid_t: Share] = [:]
    /// How many have a place, and how many wait for one.
    private(set) var count = 0
    private(set) var waiting = 0

    init(limits: Limits) {
        self.limits = limits
    }

    var limit: Int { limits.connections }
    var isEmpty: Bool { count == 0 && waiting == 0 }
    var isFull: Bool { count >= limits.connections }
    var needsTime: Bool { !byArrival.isEmpty || shares.values.contains { !$0.draining.isEmpty } }

    /// Where a client stands; `nil` when it is gone.
    func stage(of client: ClientID) -> Stage? { has(client) ? entries[client.index].stage : nil }

    /// The account of a client.
    func account(of client: ClientID) -> uid_t { has(client) ? entries[client.index].account : .max }

    // MARK: Coming and going

    /// A client of `account` has connected; it has no place yet.
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

    /// A client that has connected gets a place.
    mutating func admit(_ client: ClientID, now: Instant) {
        guard has(client) else { return }
        count += 1
        shares[entries[client.index].account, default: Share()].count += 1
        entries[client.index].stage = .admitted
        entries[client.index].arrival = byArrival.append(client, now: now)
    }

    /// A client waits for a place; gives the client that has to go instead, which may be itself, when too many wait.
    ///
    /// Half as many as have places may wait, of all accounts together; the account with most of them loses its youngest.
    mutating func waits(_ client: ClientID) -> ClientID? {
        guard has(client) else { return nil }
        let account = entries[client.index].account
        shares[account, default: Share()].waiting.append(client)
        waiting += 1
        guard waiting > limits.connections / 2,
            let most = shares.max(by: { $0.value.waiting.count < $1.value.waiting.count })
        else { return nil }
        // Among equals the newcomer goes.
        let isOwn = (shares[account]?.waiting.count ?? 0) >= most.value.waiting.count
        guard let refused = shares[isOwn ? account : most.key]?.waiting.popLast() else { return nil }
        waiting -= 1
        return refused
    }

    /// The client that gets the next place, taken from those that wait: of the account that holds fewest, the one that has waited longest.
    var nextWaiting: ClientID? {
        guard waiting > 0 else { return nil }
        return shares.values.filter { !$0.waiting.isEmpty }.min { $0.count < $1.count }?.waiting.first
    }

    /// The client that was next waits no more.
    mutating func stopsWaiting(_ client: ClientID) {
        guard has(client), shares[entries[client.index].account]?.waiting.popFirst() != nil else { return }
        waiting -= 1
    }

    /// Forgets a client, whose name means nothing from now on.
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

    // MARK: What clients do

    /// An unfinished client has sent something.
    mutating func heard(from client: ClientID, now: Instant) {
        guard has(client), let stage = entries[client.index].stage, stage.isUnfinished,
            let place = entries[client.index].list
        else { return }
        let account = entries[client.index].account
        shares[account]?.byActivity.remove(place)
        entries[client.index].list = shares[account]?.byActivity.append(client, now: now)
    }

    /// What a client had sent when it was admitted was read, and is no whole request.
    mutating func wasRead(_ client: ClientID, now: Instant) {
        guard has(client), entries[client.index].stage == .admitted else { return }
        entries[client.index].stage = .reading
        entries[client.index].list = shares[entries[client.index].account]?.byActivity.append(client, now: now)
    }

    /// A client has begun a field that not all send; says whether that is the first word of it.
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

    /// A client's answer is delayed.
    mutating func delays(_ client: ClientID, now: Instant) {
        guard has(client) else { return }
        entries[client.index].stage = .delayed
        entries[client.index].list = shares[entries[client.index].account]?.delayed.append(client, now: now)
    }

    /// A client was answered; says whether its connection is to be closed, as it sends no more.
    mutating func answered(_ client: ClientID, now: Instant) -> Bool {
        guard has(client) else { return true }
        leaveLists(client)
        entries[client.index].stage = .draining
        entries[client.index].list = shares[entries[client.index].account]?.draining.append(client, now: now)
        return entries[client.index].inputHasEnded
    }

    /// A client has sent what belongs to no request; says whether that is too much.
    mutating func surplus(_ count: Int, from client: ClientID) -> Bool {
        guard has(client) else { return true }
        entries[client.index].drained += count
        return entries[client.index].drained > limits.longestDrain
    }

    /// A client sends no more.
    mutating func inputEnded(_ client: ClientID) {
        if has(client) { entries[client.index].inputHasEnded = true }
    }

    // MARK: Whose turn it is to go

    /// A client whose answer is to be sent now, as too many of `account` have theirs delayed; the one that has waited longest.
    func delayedTooMany(of account: uid_t) -> ClientID? {
        guard let share = shares[account], share.delayed.count > limits.held else { return nil }
        return share.delayed.oldest
    }

    /// Who goes when there are too many.
    ///
    /// Of the account that holds most, the unfinished client that has been silent longest, else the one that has been drained longest,
    /// else the one that has waited longest for an answer that is delayed: it can have it, and go. If there is none, one of the
    /// others', but for the sake of an account that holds less than half.
    func dispensable(for account: uid_t) -> ClientID? {
        let mayTakeFromOthers = (shares[account]?.count ?? 0) <= limits.connections / 2
        for (index, share) in shares.values.sorted(by: { $0.count > $1.count }).enumerated() {
            guard index == 0 || mayTakeFromOthers else { break }
            if let client = share.byActivity.oldest ?? share.draining.oldest ?? share.delayed.oldest { return client }
        }
        return nil
    }

    /// The clients whose answer is delayed.
    var delayed: [ClientID] { shares.values.flatMap(\.delayed.all) }

    /// The clients that have not sent a whole request.
    var unfinished: [ClientID] { byArrival.all }

    /// A client whose time is over.
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
