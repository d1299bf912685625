internal import DequeModule
internal import Platform

/// The requests that wait for a worker, and which of them is next.
///
/// Accounts of the system take turns, so that one with many requests does not keep the others waiting. Within an account the oldest is
/// next, unless that one has waited for more than `patience`: then more comes than can be decided, the old ones will miss their
/// deadlines whatever is done, and the newest is next, which still has time.
struct RequestQueue: Sendable {
    /// How long the oldest request of an account may wait before the newest is taken, in milliseconds.
    private let patience: Int
    private var accounts: [UInt32: AgeList<UInt32>] = [:]
    /// The accounts that have requests here, in the order of their turns.
    private var turns: Deque<UInt32> = []
    private var places: [UInt32: (account: UInt32, place: AgeList<UInt32>.Place)] = [:]
    /// Requests that a worker has had: they go first.
    private var returned: Deque<UInt32> = []

    init(patience: Int) {
        self.patience = patience
    }

    var count: Int { places.count + returned.count }
    var isEmpty: Bool { places.isEmpty && returned.isEmpty }

    /// All requests, by their numbers.
    var all: [UInt32] { (Array(places.keys) + returned).sorted() }

    mutating func append(_ request: UInt32, of account: UInt32, now: Instant) {
        if accounts[account] == nil { turns.append(account) }
        let place = accounts[account, default: AgeList()].append(request, now: now)
        places[request] = (account, place)
    }

    /// Puts a request in front whose worker was lost.
    mutating func prepend(_ request: UInt32) {
        returned.prepend(request)
    }

    mutating func popNext(now: Instant) -> UInt32? {
        if let request = returned.popFirst() { return request }
        guard let account = turns.popFirst(), let request = next(of: account, now: now) else { return nil }
        turns.append(account)
        remove(request)
        return request
    }

    private func next(of account: UInt32, now: Instant) -> UInt32? {
        guard let list = accounts[account] else { return nil }
        let isLate = list.oldest(since: now.reduced(milliseconds: patience)) != nil
        return isLate ? list.youngest : list.oldest
    }

    mutating func remove(_ request: UInt32) {
        guard let (account, place) = places.removeValue(forKey: request) else {
            return returned.removeAll { $0 == request }
        }
        accounts[account]?.remove(place)
        guard accounts[account]?.isEmpty == true else { return }
        accounts[account] = nil
        turns.removeAll { $0 == account }
    }

    mutating func removeAll() {
        self = RequestQueue(patience: patience)
    }
}
