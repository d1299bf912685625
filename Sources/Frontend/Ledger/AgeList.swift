internal import Platform

/// A list ordered by age from which any element can be removed.
///
/// All operations take constant time, and places are reused.
struct AgeList<Element> {
    /// Identifies an element until it is removed; do not use it afterwards.
    struct Place {
        /// A small number, unique among the elements in the list.
        let index: Int
    }

    fileprivate struct Node {
        var element: Element?
        var since: Instant
        var older: Int?
        var younger: Int?
    }

    private var nodes: [Node] = []
    private var free: [Int] = []
    private var oldestIndex: Int?
    private var youngestIndex: Int?

    private(set) var count = 0
    var isEmpty: Bool { count == 0 }

    /// Appends the youngest element; `now` must not be earlier than that of the previous one.
    mutating func append(_ element: Element, now: Instant) -> Place {
        let node = Node(element: element, since: now, older: youngestIndex, younger: nil)
        let index: Int
        if let used = free.popLast() {
            index = used
            nodes[index] = node
        } else {
            index = nodes.count
            nodes.append(node)
        }
        if let youngestIndex { nodes[youngestIndex].younger = index } else { oldestIndex = index }
        youngestIndex = index
        count += 1
        return Place(index: index)
    }

    mutating func remove(_ place: Place) {
        let node = nodes[place.index]
        precondition(node.element != nil, "an element was removed from its list twice")
        if let older = node.older { nodes[older].younger = node.younger } else { oldestIndex = node.younger }
        if let younger = node.younger { nodes[younger].older = node.older } else { youngestIndex = node.older }
        nodes[place.index].element = nil
        free.append(place.index)
        count -= 1
    }

    var oldest: Element? {
        oldestIndex.flatMap { nodes[$0].element }
    }

    var youngest: Element? {
        youngestIndex.flatMap { nodes[$0].element }
    }

    /// When the oldest element was appended.
    var oldestTime: Instant? {
        oldestIndex.map { nodes[$0].since }
    }

    /// All elements, in no order.
    var all: [Element] { nodes.compactMap(\.element) }

    /// The oldest element, if it was appended at `limit` or earlier.
    func oldest(since limit: Instant) -> Element? {
        guard let oldestIndex, nodes[oldestIndex].since <= limit else { return nil }
        return nodes[oldestIndex].element
    }
}

extension AgeList: Sendable where Element: Sendable {}
extension AgeList.Node: Sendable where Element: Sendable {}
