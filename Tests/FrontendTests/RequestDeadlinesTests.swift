import Platform
import Testing

@testable import Frontend

@Suite struct RequestDeadlinesTests {
    private let start = Instant.now

    private func later(_ milliseconds: Int) -> Instant { start.advanced(milliseconds: milliseconds) }

    @Test func `each request is overdue at its own time, whatever came before it`() {
        var deadlines = RequestDeadlines()
        let slow = deadlines.append(1, limit: 60_000, now: start)
        let quick = deadlines.append(2, limit: 8_000, now: later(1_000))
        #expect(deadlines.next(below: 60_000) == later(9_000))
        #expect(deadlines.overdue(now: later(8_999)) == nil)
        #expect(deadlines.overdue(now: later(9_000)) == 2)
        deadlines.remove(quick)
        #expect(deadlines.next(below: 60_000) == nil)
        #expect(deadlines.overdue(now: later(9_000)) == nil)
        #expect(deadlines.overdue(below: 60_000, now: later(60_000)) == nil)
        #expect(deadlines.overdue(now: later(60_000)) == 1)
        deadlines.remove(slow)
        #expect(deadlines.isEmpty)
    }

    @Test func `nothing is kept of requests that have been answered`() {
        var deadlines = RequestDeadlines()
        for number in 0..<10_000 {
            let place = deadlines.append(UInt32(number), limit: 8_000, now: later(number))
            deadlines.remove(place)
        }
        #expect(deadlines.isEmpty)
        #expect(deadlines.next(below: .max) == nil)
        #expect(deadlines.overdue(now: later(1_000_000)) == nil)
    }
}
