internal import Platform

/// Elements in the order of their age, any of which can be taken out at once.
///
/// All operations take constant time; places are used again.
struct AgeList<Element> {
    /// Names an element in the list until it is taken out; never use it afterwards.
    struct Place {
        /// A small number, which no other element of the list has at the time.
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

    /// Appends the youngest; `now` is not before that of the last one.
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
        precondition(node.element != nil, "an element was taken out of its list twice")
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

    /// All elements, in no order.
    var all: [Element] { nodes.compactMap(\.element) }

    /// The oldest element, if it has been there since `limit` or longer.
    func oldest(since limit: Instant) -> Element? {
        guard let oldestIndex, nodes[oldestIndex].since <= limit else { return nil }
        return nodes[oldestIndex].element
    }
}

extension AgeList: Sendable where Element: Sendable {}
extension AgeList.Node: Sendable where Element: Sendable {}
