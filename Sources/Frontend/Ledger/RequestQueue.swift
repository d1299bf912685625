internal import DequeModule
internal import Platform

/// The queue of requests that wait for a worker.
///
/// System accounts take turns, so that one with many requests does not delay the others. Within an account, two of
/// three turns go to requests whose password was right recently, if there are any, because those are not guesses. In
/// each of the two groups the oldest request is next. But if that one has waited longer than `patience`, there is an
/// overload: old requests will miss their deadlines anyway, so the newest is next, which still has time.
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

    /// How long the oldest request of an account may wait before the newest is preferred, in milliseconds.
    private let patience: Int
    private var lanes: [UInt32: Lane] = [:]
    /// The accounts that have requests here, in the order of their turns.
    private var turns: Deque<UInt32> = []
    private var places: [UInt32: Place] = [:]
    /// Requests returned from a lost worker; they are next.
    private var returned: Deque<UInt32> = []

    init(patience: Int) {
        self.patience = patience
    }

    var count: Int { places.count + returned.count }
    var isEmpty: Bool { places.isEmpty && returned.isEmpty }

    /// All requests, sorted by number.
    var all: [UInt32] { (Array(places.keys) + returned).sorted() }

    /// Appends a request of a system account; `isKnown` means that its password was right recently.
    mutating func append(_ request: UInt32, of account: UInt32, isKnown: Bool, now: Instant) {
        if lanes[account] == nil { turns.append(account) }
        let place =
            isKnown
            ? lanes[account, default: Lane()].known.append(request, now: now)
            : lanes[account, default: Lane()].unknown.append(request, now: now)
        places[request] = Place(account: account, isKnown: isKnown, place: place)
    }

    /// Puts a request whose worker was lost at the front.
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
