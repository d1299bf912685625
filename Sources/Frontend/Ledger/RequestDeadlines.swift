internal import Platform

/// The requests whose client waits for a verdict, by when it must have one.
///
/// There are few limits, one for each socket, so each has a list by age: all operations take constant time, and nothing
/// is kept of a request that has been answered.
struct RequestDeadlines {
    /// Identifies a request until it is removed; do not use it afterwards.
    struct Place {
        fileprivate let list: Int
        fileprivate let place: AgeList<RequestID>.Place
    }

    private struct List {
        /// In milliseconds.
        let limit: Int
        var requests = AgeList<RequestID>()
    }

    private var lists: [List] = []
    private(set) var count = 0
    var isEmpty: Bool { count == 0 }

    /// Adds a request that has arrived at `now`, and may take `limit` milliseconds.
    ///
    /// `now` must not be earlier than that of the one before.
    mutating func append(_ request: RequestID, limit: Int, now: Instant) -> Place {
        let list = lists.firstIndex { $0.limit == limit } ?? lists.count
        if list == lists.count { lists.append(List(limit: limit)) }
        count += 1
        return Place(list: list, place: lists[list].requests.append(request, now: now))
    }

    mutating func remove(_ place: Place) {
        lists[place.list].requests.remove(place.place)
        count -= 1
    }

    /// A request whose time is over at `now`, and is less than `limit` milliseconds.
    func overdue(below limit: Int = .max, now: Instant) -> RequestID? {
        for list in lists where list.limit < limit {
            if let request = list.requests.oldest(since: now.reduced(milliseconds: list.limit)) { return request }
        }
        return nil
    }

    /// When the time of the first request is over that may take less than `limit` milliseconds; `nil` for none.
    func next(below limit: Int) -> Instant? {
        lists.lazy.filter { $0.limit < limit }.compactMap { list in
            list.requests.oldestTime?.advanced(milliseconds: list.limit)
        }.min()
    }
}
