import Platform
import Testing

@testable import Frontend

@Suite struct RequestQueueTests {
    static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000).advanced(milliseconds: milliseconds)
    }

    private static func drain(_ queue: inout RequestQueue, at time: Int) -> [UInt32] {
        var order: [UInt32] = []
        while let next = queue.popNext(now: at(time)) { order.append(next) }
        return order
    }

    @Test func `the oldest is next while the wait is short, and the newest when it is long`() {
        var queue = RequestQueue(patience: 1000)
        for request in 1...4 { queue.append(UInt32(request), of: 0, isKnown: false, now: Self.at(request * 300)) }
        #expect(queue.popNext(now: Self.at(1_299)) == 1)
        #expect(queue.popNext(now: Self.at(1_600)) == 4)
        #expect(queue.popNext(now: Self.at(1_601)) == 3)
        #expect(queue.popNext(now: Self.at(1_599)) == 2)
        #expect(queue.isEmpty && queue.popNext(now: Self.at(1_600)) == nil)
    }

    @Test func `accounts take turns, however many requests each has`() {
        var queue = RequestQueue(patience: 1000)
        for request in 1...500 { queue.append(UInt32(request), of: 33, isKnown: false, now: Self.at(0)) }
        queue.append(1001, of: 0, isKnown: false, now: Self.at(1))
        queue.append(1002, of: 8, isKnown: false, now: Self.at(1))
        queue.append(1003, of: 0, isKnown: false, now: Self.at(1))
        let order = Self.drain(&queue, at: 2)
        #expect(order.prefix(6) == [1, 1001, 1002, 2, 1003, 3])
        #expect(order.count == 503)
    }

    @Test func `two of three turns are for passwords that were right a while ago, and none is left out`() {
        var queue = RequestQueue(patience: 1000)
        for request in 1...100 { queue.append(UInt32(request), of: 0, isKnown: false, now: Self.at(0)) }
        for request in 101...104 { queue.append(UInt32(request), of: 0, isKnown: true, now: Self.at(0)) }
        #expect(Self.drain(&queue, at: 2).prefix(8) == [101, 102, 1, 103, 104, 2, 3, 4])
    }

    @Test func `those whose worker was lost go first, the last one that was put back before the others`() {
        var queue = RequestQueue(patience: 1000)
        queue.append(1, of: 0, isKnown: false, now: Self.at(0))
        queue.prepend(2)
        queue.prepend(3)
        #expect(queue.count == 3 && Set(queue.all) == [1, 2, 3])
        #expect(Self.drain(&queue, at: 0) == [3, 2, 1])
    }

    @Test func `any of them can be taken out`() {
        var queue = RequestQueue(patience: 1000)
        for request in 1...3 { queue.append(UInt32(request), of: UInt32(request % 2), isKnown: false, now: Self.at(0)) }
        queue.prepend(4)
        for request in [2, 4, 9] { queue.remove(UInt32(request)) }
        #expect(Self.drain(&queue, at: 0) == [1, 3])
    }
}

@Suite struct CheckTimesTests {
    @Test func `the usual time is the median of the last ones`() {
        var times = CheckTimes()
        #expect(times.usual == 0)
        for time in [10, 900, 20] { times.add(time) }
        #expect(times.usual == 20)
        for _ in 0..<31 { times.add(5) }
        #expect(times.usual == 5)
    }
}
