internal import DequeModule
internal import Platform

/// Who does what: which request goes to which worker, and when workers start and end.
///
/// Knows no descriptors, threads or clocks. Requests and workers are numbers that the caller gives and takes.
struct PoolState: Sendable {
    enum Action: Equatable, Sendable {
        case hand(request: UInt32, to: Int)
        case startWorker(Int)
        /// It holds no request; its connection is closed.
        case retire(worker: Int)
        /// It does not answer; it is killed, and reported gone when it is.
        case kill(worker: Int)
        case giveUp(request: UInt32, reason: String)
        /// Workers end over their requests so often that no other is started for the next `milliseconds`.
        case slowDown(milliseconds: Int)
    }

    struct Limits: Sendable {
        /// How many workers there are at the most, 1 at the least.
        var workers: Int
        /// How many requests a worker serves before it is replaced; 0 for no limit.
        var requests = 0
        /// How long a worker is kept that has nothing to do, in milliseconds; one is always kept.
        var idleTime = 60_000
        /// How long no worker is started after a failed start, in milliseconds; doubled with each further one.
        var firstPause = 100
        var longestPause = 5_000
        /// How many workers may be lost over one request before it is given up.
        var attempts = 2
        /// How many workers may be lost over their requests one soon after the other, and at which distance, in milliseconds,
        /// further ones are replaced.
        var losses = 10
        var lossPause = 100
    }

    private struct Worker {
        let number: Int
        /// How many requests it takes at a time; 0 before its hello, and when it is to take no more.
        var parallel = 0
        /// How many requests it may still be handed; `nil` for any number.
        var remaining: Int?
        /// Whether it is to end with the requests that it has.
        var isLeaving = false
        var isReady = false
        var requests: [UInt32] = []
        var served = 0
        var idleSince: Instant

        var state: StatusReport.Worker.State {
            if isLeaving { return .leaving }
            guard isReady else { return .starting }
            return requests.isEmpty ? .idle : .busy
        }
    }

    private struct Request {
        var worker: Int?
        var losses = 0
    }

    private let limits: Limits
    private var workers: [Worker] = []
    private var requests: [UInt32: Request] = [:]
    private var queue: Deque<UInt32> = []
    private var nextNumber = 1
    private var failedStarts = 0
    private var lastFailure = ""
    private var pauseEnds = Instant(nanoseconds: 0)
    /// Up to when the losses are spread that were; those further ahead than `Limits.losses` have to wait.
    private var lossesEnd = Instant(nanoseconds: 0)
    private var isSlow = false

    init(limits: Limits) {
        self.limits = limits
    }

    var workerCount: Int { workers.count }
    var waiting: Int { queue.count }
    /// How many workers that were ready have ended by themselves or were killed.
    private(set) var lost = 0

    /// The state of each worker, with its number, and how many requests it has in hand and has answered.
    var census: [(number: Int, state: StatusReport.Worker.State, requests: Int, served: Int)] {
        workers.map { ($0.number, $0.state, $0.requests.count, $0.served) }
    }

    /// Starts a first worker before there is a request.
    mutating func warmUp(now: Instant) -> [Action] {
        [start(now: now)]
    }

    mutating func arrived(request: UInt32, now: Instant) -> [Action] {
        requests[request] = Request()
        if queue.isEmpty, let index = workers.firstIndex(where: hasRoom) { return [hand(request, to: index)] }
        queue.append(request)
        return proceed(now: now)
    }

    /// A worker has said that it is ready for `parallel` requests at a time.
    mutating func ready(worker: Int, parallel: Int, now: Instant) -> [Action] {
        guard let index = index(of: worker) else { return [] }
        failedStarts = 0
        workers[index].isReady = true
        // One that serves a single request must not be handed more.
        workers[index].parallel = limits.requests == 1 ? 1 : max(1, parallel)
        workers[index].idleSince = now
        return proceed(now: now)
    }

    /// A worker has answered a request.
    ///
    /// `nil` when it did not have that request: it is not to be believed any further.
    mutating func answered(request: UInt32, by worker: Int, now: Instant) -> [Action]? {
        guard let index = index(of: worker), requests[request]?.worker == worker else { return nil }
        requests[request] = nil
        workers[index].requests.removeAll { $0 == request }
        workers[index].served += 1
        workers[index].idleSince = now
        return leave(index, now: now) + proceed(now: now)
    }

    /// A worker is to be replaced: it takes no more requests, and ends when it has none.
    mutating func outgrown(worker: Int, now: Instant) -> [Action] {
        guard let index = index(of: worker) else { return [] }
        workers[index].parallel = 0
        workers[index].isLeaving = true
        return leave(index, now: now) + proceed(now: now)
    }

    /// All workers are to be replaced.
    mutating func renew(now: Instant) -> [Action] {
        workers.map(\.number).flatMap { outgrown(worker: $0, now: now) }
    }

    /// A worker is gone, by itself or killed; its requests go to another, unless they have lost too many.
    mutating func gone(worker: Int, reason: String, now: Instant) -> [Action] {
        guard let index = index(of: worker) else { return [] }
        let lost = workers.remove(at: index)
        if lost.isReady { self.lost += 1 }
        if !lost.isReady {
            lastFailure = reason
            let pause = min(limits.firstPause << min(failedStarts, 16), limits.longestPause)
            failedStarts += 1
            pauseEnds = now.advanced(milliseconds: pause)
        }
        var actions = lost.isReady ? countLoss(now: now) : []
        for request in lost.requests.reversed() {
            guard var state = requests[request] else { continue }
            state.worker = nil
            state.losses += 1
            if state.losses >= limits.attempts {
                requests[request] = nil
                actions.append(.giveUp(request: request, reason: reason))
            } else {
                requests[request] = state
                // One that was alone with its worker is likely to be what ended it.
                if lost.parallel == 1 { queue.append(request) } else { queue.prepend(request) }
            }
        }
        return actions + proceed(now: now)
    }

    /// A request's time is over: it is answered without a worker, and one that has it in hand is killed.
    mutating func expired(request: UInt32, now: Instant) -> [Action] {
        guard let state = requests.removeValue(forKey: request) else { return [] }
        guard let number = state.worker, let index = index(of: number) else {
            queue.removeAll { $0 == request }
            return []
        }
        workers[index].requests.removeAll { $0 == request }
        workers[index].parallel = 0
        return [.kill(worker: number)]
    }

    /// Time has passed: starts what was put off, ends what has been idle for too long.
    mutating func tick(now: Instant) -> [Action] {
        var actions = proceed(now: now)
        while workers.count > 1, let index = workers.lastIndex(where: { isIdle($0, now: now) }) {
            actions.append(.retire(worker: workers.remove(at: index).number))
        }
        return actions
    }

    /// Hands out what waits, starts workers for the rest, or gives it up where none can be started.
    private mutating func proceed(now: Instant) -> [Action] {
        var actions: [Action] = []
        while let request = queue.first, let index = workers.firstIndex(where: hasRoom) {
            queue.removeFirst()
            actions.append(hand(request, to: index))
        }
        guard !queue.isEmpty else { return actions }
        guard now >= pauseEnds else {
            guard workers.isEmpty, failedStarts > 0 else { return actions }
            actions += queue.map { .giveUp(request: $0, reason: lastFailure) }
            for request in queue { requests[request] = nil }
            queue.removeAll()
            return actions
        }
        var starting = workers.count { !$0.isReady }
        while workers.count < limits.workers, starting < queue.count {
            // While starts fail, one at a time is enough to see when they no longer do.
            if failedStarts > 0, starting > 0 { break }
            actions.append(start(now: now))
            starting += 1
        }
        return actions
    }

    /// Ends a worker that is to end and has no requests left; the last one has a successor at once.
    private mutating func leave(_ index: Int, now: Instant) -> [Action] {
        guard workers[index].isLeaving, workers[index].requests.isEmpty else { return [] }
        let retired = Action.retire(worker: workers.remove(at: index).number)
        return workers.isEmpty && now >= pauseEnds ? [retired, start(now: now)] : [retired]
    }

    /// Counts a worker that ended over its requests, and puts off the next start when there were too many.
    private mutating func countLoss(now: Instant) -> [Action] {
        lossesEnd = max(lossesEnd, now).advanced(milliseconds: limits.lossPause)
        let free = lossesEnd.reduced(milliseconds: limits.losses * limits.lossPause)
        defer { isSlow = free > now }
        guard free > now else { return [] }
        pauseEnds = max(pauseEnds, free)
        return isSlow ? [] : [.slowDown(milliseconds: now.milliseconds(until: free))]
    }

    private mutating func start(now: Instant) -> Action {
        let number = nextNumber
        nextNumber += 1
        workers.append(Worker(number: number, remaining: limits.requests == 0 ? nil : limits.requests, idleSince: now))
        return .startWorker(number)
    }

    private mutating func hand(_ request: UInt32, to index: Int) -> Action {
        workers[index].requests.append(request)
        if let remaining = workers[index].remaining {
            workers[index].remaining = remaining - 1
            if remaining == 1 {
                workers[index].parallel = 0
                workers[index].isLeaving = true
            }
        }
        requests[request]?.worker = workers[index].number
        return .hand(request: request, to: workers[index].number)
    }

    private func hasRoom(_ worker: Worker) -> Bool {
        worker.requests.count < worker.parallel
    }

    private func isIdle(_ worker: Worker, now: Instant) -> Bool {
        worker.isReady && worker.requests.isEmpty && worker.idleSince.advanced(milliseconds: limits.idleTime) <= now
    }

    private func index(of worker: Int) -> Int? {
        workers.firstIndex { $0.number == worker }
    }
}
