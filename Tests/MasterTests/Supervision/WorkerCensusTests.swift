import Platform
import Testing

@testable import Master

@Suite struct WorkerCensusTests {
    static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000).advanced(milliseconds: milliseconds)
    }

    @Test func `no more workers are open than -n says, and another may start when one is closed or gone`() {
        var census = WorkerCensus(workers: 2)
        census.started(10)
        #expect(census.mayStart(now: Self.at(0)))
        census.started(11)
        #expect(!census.mayStart(now: Self.at(0)))
        census.closed(10, now: Self.at(0))
        #expect(census.mayStart(now: Self.at(0)))
        census.started(12)
        #expect(!census.mayStart(now: Self.at(0)))
        #expect(census.ended(11) == true)
        #expect(census.mayStart(now: Self.at(0)))
    }

    @Test func `with -n 0 there are 64`() {
        var census = WorkerCensus(workers: 0)
        for pid in 10..<73 { census.started(CInt(pid)) }
        #expect(census.mayStart(now: Self.at(0)))
        census.started(73)
        #expect(!census.mayStart(now: Self.at(0)))
    }

    @Test func `closed workers that do not exit are not without number`() {
        var census = WorkerCensus(workers: 3)
        var count: CInt = 0
        while census.mayStart(now: Self.at(0)), count < 1000 {
            count += 1
            census.started(count)
            census.closed(count, now: Self.at(0))
        }
        #expect(count == 10)
        #expect(census.due(now: Self.at(5000)).count == 10)
        #expect(!census.mayStart(now: Self.at(5000)), "killed is not gone")
        #expect(census.ended(1) == true)
        #expect(census.mayStart(now: Self.at(5000)))
    }

    @Test func `a worker that was closed has five seconds, and is killed once`() {
        var census = WorkerCensus(workers: 5)
        census.started(10)
        census.started(11)
        #expect(census.deadline(now: Self.at(0)) == nil)
        census.closed(10, now: Self.at(0))
        census.closed(10, now: Self.at(4000))
        census.closed(11, now: Self.at(1000))
        #expect(census.deadline(now: Self.at(1000)) == Self.at(5000))
        #expect(census.due(now: Self.at(4999)) == [])
        #expect(census.due(now: Self.at(5000)) == [10])
        #expect(census.due(now: Self.at(5500)) == [])
        #expect(census.deadline(now: Self.at(5500)) == Self.at(6000))
        #expect(census.ended(11) == true)
        #expect(census.due(now: Self.at(9000)) == [])
    }

    @Test func `all are closed when the frontend is gone`() {
        var census = WorkerCensus(workers: 5)
        census.started(10)
        census.started(11)
        #expect(census.kills(10) == true)
        census.closedAll(now: Self.at(0))
        #expect(census.due(now: Self.at(5000)) == [11])
    }

    @Test func `who is no worker is neither closed nor killed`() {
        var census = WorkerCensus(workers: 5)
        census.closed(1, now: Self.at(0))
        #expect(census.kills(1) == false)
        #expect(census.ended(1) == false)
        #expect(census.due(now: Self.at(60_000)) == [])
        #expect(census.isEmpty)
    }

    @Test func `after a connection that could not be taken there is a pause`() {
        var census = WorkerCensus(workers: 5)
        census.startFailed(now: Self.at(0))
        #expect(!census.mayStart(now: Self.at(249)))
        #expect(census.deadline(now: Self.at(249)) == Self.at(250))
        #expect(census.mayStart(now: Self.at(250)))
        #expect(census.deadline(now: Self.at(250)) == nil)
    }
}
