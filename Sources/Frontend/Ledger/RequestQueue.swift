internal import DequeModule
internal import Platform

/// The requests that wait for a worker, and which of them is next.
///
/// Accounts of the system take turns, so that one with many requests does not keep the others waiting. Within an account two of three
/// turns are for requests whose password was right a while ago, if any wait: they are none of a guesser's. Of those and of the others
/// the oldest is next, unless that one has waited for more than `patience`: then more comes than can be decided, the old ones will miss
/// their deadlines whatever is done, and the newest is next, which still has time.
struct RequestQueue: Sendable {
    private struct Lane: Sendable {
        var known = AgeList<UInt32>()
        var unknown = AgeList<UInt32>()
        var turn = 0

        var isEmpty: Bool { known.isEmpty && unknown.isEmpty }
    }

    private struct Place: Sendable {
        let account: UInt32
        let isKnown: Bool
        let place: AgeList<UInt32>.Place
    }

    /// How long the oldest request of an account may wait before the newest is taken, in milliseconds.
    private let patience: Int
    private var lanes: [UInt32: Lane] = [:]
    /// The accounts that have requests here, in the order of their turns.
    private var turns: Deque<UInt32> = []
    private var places: [UInt32: Place] = [:]
    /// Requests that a worker has had: they go first.
    private var returned: Deque<UInt32> = []

    init(patience: Int) {
        self.patience = patience
    }

    var count: Int { places.count + returned.count }
    var isEmpty: Bool { places.isEmpty && returned.isEmpty }

    /// All requests, by their numbers.
    var all: [UInt32] { (Array(places.keys) + returned).sorted() }

    /// Appends a request of an account of the system; `isKnown` says that its password was right a while ago.
    mutating func append(_ request: UInt32, of account: UInt32, isKnown: Bool, now: Instant) {
        if lanes[account] == nil { turns.append(account) }
        let place =
            isKnown
            ? lanes[account, default: Lane()].known.append(request, now: now)
            : lanes[account, default: Lane()].unknown.append(request, now: now)
        places[request] = Place(account: account, isKnown: isKnown, place: place)
    }

    /// Puts a request in front whose worker was lost.
    mutating func prepend(_ request: UInt32) {
        returned.prepend(request)
    }

    mutating func popNext(now: Instant) -> UInt32? {
        if let request = returned.popFirst() { return request }
        guard let account = turns.popFirst(), let request = next(of: account, now: now) else { return nil }
        turns.append(account)
        lanes[account]?.turn += 1
        remove(request)
        return request
    }

    private func next(of account: UInt32, now: Instant) -> UInt32? {
        guard let lane = lanes[account] else { return nil }
        let isForKnown = lane.unknown.isEmpty || (lane.turn % 3 != 2 && !lane.known.isEmpty)
        let list = isForKnown ? lane.known : lane.unknown
        let isLate = list.oldest(since: now.reduced(milliseconds: patience)) != nil
        return isLate ? list.youngest : list.oldest
    }

    mutating func remove(_ request: UInt32) {
        guard let place = places.removeValue(forKey: request) else {
            return returned.removeAll { $0 == request }
        }
        if place.isKnown {
            lanes[place.account]?.known.remove(place.place)
        } else {
            lanes[place.account]?.unknown.remove(place.place)
        }
        guard lanes[place.account]?.isEmpty == true else { return }
        lanes[place.account] = nil
        turns.removeAll { $0 == place.account }
    }

    mutating func removeAll() {
        self = RequestQueue(patience: patience)
    }
}
