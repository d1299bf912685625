import Platform
import Testing

@testable import Frontend

@Suite struct PoolStateTests {
    static let start = Instant(nanoseconds: 1_000_000_000_000)

    /// A deadline that is far away.
    static let late = at(3_600_000)

    static func at(_ milliseconds: Int) -> Instant { start.advanced(milliseconds: milliseconds) }

    /// A pool with one worker that is ready for `parallel` requests.
    static func pool(_ limits: PoolState.Limits = .init(workers: 2), parallel: Int = 1) -> PoolState {
        var pool = PoolState(limits: limits)
        #expect(pool.warmUp(now: start) == [.startWorker(1)])
        #expect(pool.ready(worker: 1, parallel: parallel, now: start) == [])
        return pool
    }

    @Test func `a request goes to a worker with room`() {
        var pool = Self.pool()
        #expect(pool.arrived(request: 7, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 7, to: 1)])
        #expect(pool.answered(request: 7, by: 1, now: Self.start) == [])
    }

    @Test func `a worker gets as many at a time as it has asked for`() {
        var pool = Self.pool(.init(workers: 1), parallel: 2)
        #expect(pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 1, to: 1)])
        #expect(pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 2, to: 1)])
        #expect(pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.start) == [])
        #expect(pool.answered(request: 1, by: 1, now: Self.start) == [.hand(request: 3, to: 1)])
    }

    @Test func `when all are busy another is started, up to the limit, and the rest waits in its order`() {
        var pool = Self.pool()
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        #expect(pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start) == [.startWorker(2)])
        #expect(pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.start) == [])
        #expect(pool.waiting == 2)
        #expect(pool.ready(worker: 2, parallel: 1, now: Self.start) == [.hand(request: 2, to: 2)])
        #expect(pool.answered(request: 1, by: 1, now: Self.start) == [.hand(request: 3, to: 1)])
    }

    @Test func `a request whose worker died goes to another, once`() {
        var pool = Self.pool()
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        #expect(pool.gone(worker: 1, reason: "x", now: Self.start) == [.startWorker(2)])
        #expect(pool.ready(worker: 2, parallel: 1, now: Self.start) == [.hand(request: 1, to: 2)])
        let last = pool.gone(worker: 2, reason: "y", now: Self.start)
        #expect(last == [.giveUp(request: 1, .workers("y")), .startWorker(3)], "one is always kept")
    }

    @Test func `requests of a dead worker come before those that waited`() {
        var pool = Self.pool(.init(workers: 1), parallel: 2)
        for request in 1...3 { _ = pool.arrived(request: UInt32(request), of: 0, deadline: Self.late, now: Self.start) }
        _ = pool.gone(worker: 1, reason: "x", now: Self.start)
        let handed = pool.ready(worker: 2, parallel: 3, now: Self.start)
        #expect(handed == [.hand(request: 1, to: 2), .hand(request: 2, to: 2), .hand(request: 3, to: 2)])
    }

    @Test func `a first worker that could not be started is started again after a pause, without a request`() {
        var pool = PoolState(limits: .init(workers: 2))
        #expect(pool.warmUp(now: Self.start) == [.startWorker(1)])
        #expect(pool.gone(worker: 1, reason: "fork", now: Self.start) == [])
        #expect(pool.isStarting)
        #expect(pool.tick(now: Self.at(99)) == [])
        #expect(pool.tick(now: Self.at(100)) == [.startWorker(2)])
        #expect(pool.tick(now: Self.at(101)) == [])
        #expect(pool.ready(worker: 2, parallel: 1, now: Self.at(110)) == [])
        #expect(!pool.isStarting)
    }

    @Test func `where no worker can be started requests are given up at once, and tried again after a pause`() {
        var pool = PoolState(limits: .init(workers: 4))
        _ = pool.warmUp(now: Self.start)
        #expect(pool.gone(worker: 1, reason: "no", now: Self.start) == [])
        #expect(
            pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.at(50)) == [
                .giveUp(request: 1, .workers("no"))
            ]
        )
        #expect(pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.at(100)) == [.startWorker(2)])
        #expect(
            pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.at(100)) == [],
            "one start at a time while they fail"
        )
        let second = pool.gone(worker: 2, reason: "still no", now: Self.at(110))
        #expect(second == [.giveUp(request: 2, .workers("still no")), .giveUp(request: 3, .workers("still no"))])
        #expect(
            pool.arrived(request: 4, of: 0, deadline: Self.late, now: Self.at(300)) == [
                .giveUp(request: 4, .workers("still no"))
            ],
            "200 ms now"
        )
        #expect(pool.arrived(request: 5, of: 0, deadline: Self.late, now: Self.at(310)) == [.startWorker(3)])
    }

    @Test
    func
        `a worker that answers nothing in time is killed, and what it had goes to another unless its client was answered`()
    {
        var pool = Self.pool(.init(workers: 1), parallel: 2)
        _ = pool.arrived(request: 1, of: 0, deadline: Self.at(30_000), now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start)
        #expect(pool.tick(now: Self.at(29_999)) == [])
        #expect(pool.expired(request: 1) == .inFlight(isWorkerSilent: true))
        #expect(pool.tick(now: Self.at(30_000)) == [.kill(worker: 1)])
        #expect(
            pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.at(30_000)) == [],
            "nothing more for a worker that is to be killed"
        )
        let gone = pool.gone(worker: 1, reason: "killed", now: Self.at(30_001))
        #expect(gone == [.giveUp(request: 1, .workers("killed")), .startWorker(2)])
        let handed = pool.ready(worker: 2, parallel: 2, now: Self.at(30_002))
        #expect(handed == [.hand(request: 2, to: 2), .hand(request: 3, to: 2)])
    }

    @Test func `a request whose worker ended over it has not just waited`() {
        var pool = Self.pool(.init(workers: 1))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.at(30_000), now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.at(30_000), now: Self.start)
        #expect(pool.tick(now: Self.at(30_000)) == [.kill(worker: 1)])
        #expect(pool.gone(worker: 1, reason: "killed", now: Self.at(30_000)) == [.startWorker(2)])
        #expect(pool.expired(request: 1) == .lost && pool.expired(request: 2) == .waiting)
    }

    @Test func `a worker is not killed for the time that its request has waited`() {
        var pool = Self.pool(.init(workers: 1))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.at(30_000), now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.at(30_000), now: Self.start)
        #expect(pool.answered(request: 1, by: 1, now: Self.at(14_000)) == [.hand(request: 2, to: 1)])
        #expect(pool.expired(request: 2) == .inFlight(isWorkerSilent: false), "it is the wait that was long")
        #expect(pool.tick(now: Self.at(43_999)) == [])
        #expect(pool.answered(request: 2, by: 1, now: Self.at(43_999)) == [], "a late verdict is taken")
    }

    @Test func `a worker of many requests is silent only when it answers none of them`() {
        var pool = Self.pool(.init(workers: 1), parallel: 3)
        for request in 1...3 { _ = pool.arrived(request: UInt32(request), of: 0, deadline: Self.late, now: Self.start) }
        _ = pool.answered(request: 2, by: 1, now: Self.at(20_000))
        #expect(pool.expired(request: 1) == .inFlight(isWorkerSilent: false))
        #expect(pool.tick(now: Self.at(49_999)) == [])
        #expect(pool.tick(now: Self.at(50_000)) == [.kill(worker: 1)])
    }

    @Test func `a worker that does not say hello within a minute is killed`() {
        var pool = PoolState(limits: .init(workers: 1))
        _ = pool.warmUp(now: Self.start)
        #expect(pool.tick(now: Self.at(59_999)) == [] && pool.isStarting)
        #expect(pool.tick(now: Self.at(60_000)) == [.kill(worker: 1)])
    }

    @Test func `a request that waited too long leaves the queue`() {
        var pool = Self.pool(.init(workers: 1))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start)
        #expect(pool.expired(request: 2) == .waiting)
        #expect(pool.answered(request: 1, by: 1, now: Self.at(30_001)) == [])
    }

    @Test func `what has less time left than a check usually takes is not begun`() {
        var pool = Self.pool(.init(workers: 1))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.at(30_000), now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.at(5_000), now: Self.start)
        _ = pool.arrived(request: 3, of: 0, deadline: Self.at(30_000), now: Self.start)
        let next = pool.answered(request: 1, by: 1, now: Self.at(4_000))
        #expect(next == [.giveUp(request: 2, .overload), .hand(request: 3, to: 1)])
        #expect(
            pool.arrived(request: 4, of: 0, deadline: Self.at(7_000), now: Self.at(4_000))
                == [.giveUp(request: 4, .overload)],
            "as one that was released too late"
        )
    }

    @Test func `a back end that was slow for long is asked again`() {
        var pool = Self.pool(.init(workers: 1))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.at(30_000), now: Self.start)
        _ = pool.expired(request: 1)
        #expect(pool.answered(request: 1, by: 1, now: Self.at(600_000)) == [])
        let next = pool.arrived(request: 2, of: 0, deadline: Self.at(630_000), now: Self.at(600_000))
        #expect(next == [.hand(request: 2, to: 1)])
    }

    @Test func `what nobody waits for any more is handed to nobody`() {
        var pool = Self.pool(.init(workers: 1))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.start)
        #expect(pool.withdrawn(request: 2, now: Self.start) == [], "while it waits")
        #expect(pool.answered(request: 1, by: 1, now: Self.start) == [.hand(request: 3, to: 1)])
        #expect(pool.withdrawn(request: 3, now: Self.start) == [], "when it is its turn")
        #expect(pool.arrived(request: 4, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 4, to: 1)])
    }

    /// A check takes 1.5 s, five workers; `offered` requests a second come for a minute, at a deadline of 15 s each.
    @Test(arguments: [4, 10, 30, 100])
    func `with more load than the workers bear, they decide on as many as they can, and none is lost`(offered: Int) {
        var pool = PoolState(limits: .init(workers: 5, timeout: 15_000))
        var ends: [(worker: Int, request: UInt32, time: Int)] = []
        var starting: [Int] = []
        var open: Set<UInt32> = []
        var deadlines: [(request: UInt32, time: Int)] = []
        var inTime = 0
        var killed = 0
        func carryOut(_ actions: [PoolState.Action], _ time: Int) {
            for action in actions {
                switch action {
                case .hand(let request, let worker): ends.append((worker, request, time + 1_500))
                case .startWorker(let worker): starting.append(worker)
                case .kill: killed += 1
                case .giveUp(let request, _): open.remove(request)
                case .retire, .slowDown: break
                }
            }
        }
        carryOut(pool.warmUp(now: Self.start), 0)
        var next: UInt32 = 0
        for time in stride(from: 0, to: 60_000, by: 10) {
            let now = Self.at(time)
            while let worker = starting.popLast() { carryOut(pool.ready(worker: worker, parallel: 1, now: now), time) }
            while Int(next) * 1000 < time * offered {
                next += 1
                open.insert(next)
                deadlines.append((next, time + 15_000))
                carryOut(pool.arrived(request: next, of: 0, deadline: Self.at(time + 15_000), now: now), time)
            }
            for end in ends where end.time <= time {
                if open.remove(end.request) != nil { inTime += 1 }
                carryOut(pool.answered(request: end.request, by: end.worker, now: now) ?? [.kill(worker: 0)], time)
            }
            ends.removeAll { $0.time <= time }
            while let first = deadlines.first, first.time <= time {
                deadlines.removeFirst()
                if open.remove(first.request) != nil { _ = pool.expired(request: first.request) }
            }
            if time % 250 == 0 { carryOut(pool.tick(now: now), time) }
        }
        #expect(killed == 0 && pool.lost == 0)
        // Five workers, one check each 1.5 seconds, for a minute but for the first check.
        #expect(inTime >= 5 * 39 * 9 / 10)
    }

    @Test func `an answer to a request that the worker does not have is not taken`() {
        var pool = Self.pool()
        #expect(pool.answered(request: 9, by: 1, now: Self.start) == nil)
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        #expect(pool.answered(request: 1, by: 2, now: Self.start) == nil)
    }

    @Test func `idle workers end after a minute, but for one`() {
        var pool = Self.pool()
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.ready(worker: 2, parallel: 1, now: Self.start)
        _ = pool.answered(request: 1, by: 1, now: Self.start)
        _ = pool.answered(request: 2, by: 2, now: Self.start)
        #expect(pool.tick(now: Self.at(59_999)) == [])
        #expect(pool.tick(now: Self.at(60_000)) == [.retire(worker: 2)])
        #expect(pool.tick(now: Self.at(600_000)) == [])
        #expect(pool.workerCount == 1)
    }

    @Test func `with -n 0 each worker serves one request and ends, and the next one is there already`() {
        var pool = Self.pool(.init(workers: 3, requests: 1), parallel: 8)
        #expect(pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 1, to: 1)])
        #expect(pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start) == [.startWorker(2)])
        #expect(pool.answered(request: 1, by: 1, now: Self.start) == [.retire(worker: 1)])
        #expect(pool.ready(worker: 2, parallel: 8, now: Self.start) == [.hand(request: 2, to: 2)])
        #expect(pool.answered(request: 2, by: 2, now: Self.start) == [.retire(worker: 2), .startWorker(3)])
        #expect(pool.ready(worker: 3, parallel: 8, now: Self.start) == [])
        #expect(pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 3, to: 3)])
    }

    @Test func `a worker that has served its number of requests ends with the last one`() {
        var pool = Self.pool(.init(workers: 1, requests: 3), parallel: 2)
        #expect(pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 1, to: 1)])
        #expect(pool.answered(request: 1, by: 1, now: Self.start) == [])
        #expect(pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 2, to: 1)])
        #expect(pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.start) == [.hand(request: 3, to: 1)])
        #expect(pool.arrived(request: 4, of: 0, deadline: Self.late, now: Self.start) == [], "it takes no more")
        #expect(pool.answered(request: 2, by: 1, now: Self.start) == [])
        #expect(pool.answered(request: 3, by: 1, now: Self.start) == [.retire(worker: 1), .startWorker(2)])
        #expect(pool.ready(worker: 2, parallel: 2, now: Self.start) == [.hand(request: 4, to: 2)])
    }

    @Test func `a worker that has grown too large ends when it has no request`() {
        var pool = Self.pool(.init(workers: 2), parallel: 2)
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.answered(request: 1, by: 1, now: Self.start)
        #expect(pool.outgrown(worker: 1, now: Self.start) == [], "it has one in flight")
        #expect(pool.arrived(request: 3, of: 0, deadline: Self.late, now: Self.start) == [.startWorker(2)])
        #expect(pool.answered(request: 2, by: 1, now: Self.start) == [.retire(worker: 1)])
        #expect(pool.ready(worker: 2, parallel: 1, now: Self.start) == [.hand(request: 3, to: 2)])
        #expect(pool.answered(request: 3, by: 2, now: Self.start) == [])
        #expect(pool.outgrown(worker: 2, now: Self.start) == [.retire(worker: 2), .startWorker(3)])
    }

    @Test func `a request that was alone with a lost worker goes behind those that wait`() {
        var pool = Self.pool(.init(workers: 1))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        _ = pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.start)
        #expect(pool.gone(worker: 1, reason: "x", now: Self.start) == [.startWorker(2)])
        #expect(pool.ready(worker: 2, parallel: 1, now: Self.start) == [.hand(request: 2, to: 2)])
        #expect(pool.answered(request: 2, by: 2, now: Self.start) == [.hand(request: 1, to: 2)])
    }

    @Test
    func `when too many workers end over their requests the next starts are put off, and nothing is given up for it`() {
        var pool = Self.pool(.init(workers: 1, attempts: 100, losses: 2, lossPause: 200))
        _ = pool.arrived(request: 1, of: 0, deadline: Self.late, now: Self.start)
        for worker in 1...2 {
            #expect(pool.gone(worker: worker, reason: "x", now: Self.start) == [.startWorker(worker + 1)])
            _ = pool.ready(worker: worker + 1, parallel: 1, now: Self.start)
        }
        #expect(pool.gone(worker: 3, reason: "x", now: Self.start) == [.slowDown(milliseconds: 200)])
        #expect(pool.arrived(request: 2, of: 0, deadline: Self.late, now: Self.at(100)) == [], "it waits")
        #expect(pool.tick(now: Self.at(199)) == [])
        #expect(pool.tick(now: Self.at(200)) == [.startWorker(4)])
        _ = pool.ready(worker: 4, parallel: 1, now: Self.at(200))
        #expect(pool.gone(worker: 4, reason: "x", now: Self.at(250)) == [], "it was reported already")
        #expect(pool.tick(now: Self.at(400)) == [.startWorker(5)])
        _ = pool.ready(worker: 5, parallel: 1, now: Self.at(400))
        #expect(pool.gone(worker: 5, reason: "x", now: Self.at(5_000)) == [.startWorker(6)], "much later")
    }
}
