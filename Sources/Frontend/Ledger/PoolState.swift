internal import Platform

/// Assigns requests to workers, and decides when workers start and stop.
///
/// It has no descriptors, threads or clocks. Requests and workers are numbers from the caller.
///
/// Requests and workers have separate time limits. A request has a deadline, at which its client is answered in any
/// case. A worker is killed if it has requests and has answered none of them for `timeout`, however long they waited
/// before. So overload does not kill workers, and a verdict that is too late for its client is still learned.
struct PoolState: Sendable {
    enum Action: Equatable, Sendable {
        case hand(request: UInt32, to: Int)
        case startWorker(Int)
        /// It has no requests; its connection is closed.
        case retire(worker: Int)
        /// It does not respond; it is killed, and reported gone afterwards.
        case kill(worker: Int)
        /// A request gets no verdict.
        case giveUp(request: UInt32, Failure)
        /// Workers keep crashing, so no other is started for `milliseconds`.
        case slowDown(milliseconds: Int)
    }

    /// Why a request gets no verdict.
    enum Failure: Hashable, Sendable {
        /// Workers crash on it, or cannot be started; the last reason.
        case workers(String)
        /// Overload: there is no time left to ask a worker.
        case overload
    }

    struct Limits: Sendable {
        /// The maximum number of workers, at least 1.
        var workers: Int
        /// After how many requests a worker is replaced; 0 for never.
        var requests = 0
        /// How long a worker with requests may be silent, in milliseconds; also the time limit of requests.
        var timeout = 30_000
        /// How long a worker may take to say hello, in milliseconds.
        var startTime = 60_000
        /// How long an idle worker is kept, in milliseconds; one is always kept.
        var idleTime = 60_000
        /// The pause after a failed start, in milliseconds; doubled with each further failure.
        var firstPause = 100
        var longestPause = 5_000
        /// How many workers may be lost over a request before it is given up.
        var attempts = 2
        /// Rate limit for replacing crashed workers: `losses` at once, then one per `lossPause`, in milliseconds.
        var losses = 10
        var lossPause = 100
    }

    private struct Worker {
        let number: Int
        /// How many requests it takes at a time; 0 before its hello, and when it should get no more.
        var parallel = 0
        /// How many more requests it may get; `nil` for any number.
        var remaining: Int?
        /// Whether it exits after its requests in flight.
        var isLeaving = false
        var isReady = false
        var requests: [UInt32] = []
        var served = 0
        var idleSince: Instant
        /// When it started, got a request while idle, or last answered one.
        var lastSign: Instant

        var state: StatusReport.Worker.State {
            if isLeaving { return .leaving }
            guard isReady else { return .starting }
            return requests.isEmpty ? .idle : .busy
        }
    }

    private struct Request {
        /// The system account of the client.
        let account: UInt32
        let deadline: Instant
        let isKnown: Bool
        var worker: Int?
        var handed: Instant?
        var losses = 0
        /// Whether its client was answered already.
        var isLate = false
    }

    /// How long a request may wait for a worker and still count as prompt, in milliseconds.
    private static let promptTime = 1_000

    private let limits: Limits
    private var workers: [Worker] = []
    private var requests: [UInt32: Request] = [:]
    private var queue: RequestQueue
    private var times = CheckTimes()
    private var nextNumber = 1
    private var failedStarts = 0
    private var hasBeenReady = false
    private var lastFailure = ""
    private var pauseEnds = Instant(nanoseconds: 0)
    /// Leaky bucket: the time by which past losses would have occurred at one per `lossPause`.
    ///
    /// Starts wait while it is more than `losses` pauses ahead.
    private var lossesEnd = Instant(nanoseconds: 0)
    private var isSlow = false

    init(limits: Limits) {
        self.limits = limits
        queue = RequestQueue(patience: limits.timeout / 2)
    }

    var workerCount: Int { workers.count }
    /// Whether a worker has not said hello, or the first one must be started again.
    var isStarting: Bool { workers.contains { !$0.isReady } || isFirstDue }
    /// Whether no worker has ever been ready, and none is being started.
    private var isFirstDue: Bool { !hasBeenReady && workers.isEmpty && failedStarts > 0 }
    var waiting: Int { queue.count }
    /// How many workers that were ready exited by themselves or were killed.
    private(set) var lost = 0

    /// The state of each worker, with its number and how many requests it has in flight and has answered.
    var census: [(number: Int, state: StatusReport.Worker.State, requests: Int, served: Int)] {
        workers.map { ($0.number, $0.state, $0.requests.count, $0.served) }
    }

    /// Starts a first worker before there is a request.
    mutating func warmUp(now: Instant) -> [Action] {
        [start(now: now)]
    }

    /// Adds a request of system account `account`, whose client is answered at `deadline` at the latest.
    ///
    /// `isKnown`: its password was right recently.
    mutating func arrived(
        request: UInt32,
        of account: UInt32,
        deadline: Instant,
        isKnown: Bool = false,
        now: Instant
    ) -> [Action] {
        let state = Request(account: account, deadline: deadline, isKnown: isKnown)
        guard hasTime(state, now: now) else { return [.giveUp(request: request, .overload)] }
        requests[request] = state
        if queue.isEmpty, let index = workers.firstIndex(where: hasRoom) { return [hand(request, to: index, now: now)] }
        queue.append(request, of: account, isKnown: isKnown, now: now)
        return proceed(now: now)
    }

    /// A worker is ready for `parallel` requests at a time.
    mutating func ready(worker: Int, parallel: Int, now: Instant) -> [Action] {
        guard let index = index(of: worker) else { return [] }
        failedStarts = 0
        hasBeenReady = true
        workers[index].isReady = true
        // A worker that serves a single request must not get more.
        workers[index].parallel = limits.requests == 1 ? 1 : max(1, parallel)
        workers[index].idleSince = now
        workers[index].lastSign = now
        return proceed(now: now)
    }

    /// A worker has answered a request.
    ///
    /// `nil` if it did not have that request; its connection must be dropped.
    mutating func answered(request: UInt32, by worker: Int, now: Instant) -> [Action]? {
        guard let index = index(of: worker), let state = requests[request], state.worker == worker else { return nil }
        requests[request] = nil
        workers[index].requests.removeAll { $0 == request }
        workers[index].served += 1
        workers[index].idleSince = now
        workers[index].lastSign = now
        if let handed = state.handed { times.add(handed.elapsedMilliseconds(until: now)) }
        return leave(index, now: now) + proceed(now: now)
    }

    /// Replaces a worker: it gets no more requests, and is retired when it has none.
    mutating func outgrown(worker: Int, now: Instant) -> [Action] {
        guard let index = index(of: worker) else { return [] }
        workers[index].parallel = 0
        workers[index].isLeaving = true
        return leave(index, now: now) + proceed(now: now)
    }

    /// Replaces all workers.
    mutating func renew(now: Instant) -> [Action] {
        workers.map(\.number).flatMap { outgrown(worker: $0, now: now) }
    }

    /// A worker exited or was killed; its requests go to another, unless they have lost too many workers.
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
            if state.losses >= limits.attempts || state.isLate {
                requests[request] = nil
                actions.append(.giveUp(request: request, .workers(reason)))
            } else {
                requests[request] = state
                // A request that was alone with its worker probably crashed it.
                if lost.parallel == 1 {
                    queue.append(request, of: state.account, isKnown: state.isKnown, now: now)
                } else {
                    queue.prepend(request)
                }
            }
        }
        actions += proceed(now: now)
        // One worker is always kept.
        if lost.isReady, workers.isEmpty, now >= pauseEnds { actions.append(start(now: now)) }
        return actions
    }

    /// The state of a request whose time has expired.
    enum Expiry: Equatable, Sendable {
        /// It was waiting for a worker.
        case waiting
        /// The worker that had it was lost.
        case lost
        /// A worker has it, and its verdict is still of use.
        ///
        /// `isWorkerSilent`: the worker got it at once, and has answered nothing since.
        case inFlight(isWorkerSilent: Bool)
    }

    /// A request's time has expired, and its client is answered.
    mutating func expired(request: UInt32) -> Expiry {
        guard let state = requests[request] else { return .waiting }
        guard let number = state.worker, let handed = state.handed, let index = index(of: number) else {
            requests[request] = nil
            queue.remove(request)
            return state.losses > 0 ? .lost : .waiting
        }
        requests[request]?.isLate = true
        let wasPrompt = handed.advanced(milliseconds: limits.timeout - Self.promptTime) <= state.deadline
        return .inFlight(isWorkerSilent: wasPrompt && workers[index].lastSign <= handed)
    }

    /// A request is cancelled before it is sent to a worker.
    mutating func withdrawn(request: UInt32, now: Instant) -> [Action] {
        guard let state = requests.removeValue(forKey: request) else { return [] }
        guard let number = state.worker, let index = index(of: number) else {
            queue.remove(request)
            return []
        }
        workers[index].requests.removeAll { $0 == request }
        return leave(index, now: now) + proceed(now: now)
    }

    /// Starts postponed workers, and stops workers that are idle or silent for too long.
    mutating func tick(now: Instant) -> [Action] {
        var actions = workers.filter { isSilent($0, now: now) }.map { Action.kill(worker: $0.number) }
        // A worker that answers others but never this request is replaced after its other requests.
        let limit = now.reduced(milliseconds: 2 * limits.timeout)
        for index in workers.indices
        where workers[index].requests.contains(where: { requests[$0]?.handed.map { $0 <= limit } ?? false }) {
            workers[index].parallel = 0
            workers[index].isLeaving = true
        }
        // A worker that is to be killed gets no more requests.
        for index in workers.indices where isSilent(workers[index], now: now) { workers[index].parallel = 0 }
        actions += proceed(now: now)
        if isFirstDue, now >= pauseEnds { actions.append(start(now: now)) }
        while workers.count > 1, let index = workers.lastIndex(where: { isIdle($0, now: now) }) {
            actions.append(.retire(worker: workers.remove(at: index).number))
        }
        return actions
    }

    /// Assigns waiting requests and starts workers for the rest, or gives requests up if no worker can be started.
    private mutating func proceed(now: Instant) -> [Action] {
        var actions: [Action] = []
        while !queue.isEmpty, let index = workers.firstIndex(where: hasRoom), let request = queue.popNext(now: now) {
            if let state = requests[request], hasTime(state, now: now) {
                actions.append(hand(request, to: index, now: now))
            } else {
                requests[request] = nil
                actions.append(.giveUp(request: request, .overload))
            }
        }
        guard !queue.isEmpty else { return actions }
        guard now >= pauseEnds else {
            guard workers.isEmpty, failedStarts > 0 else { return actions }
            actions += queue.all.map { .giveUp(request: $0, .workers(lastFailure)) }
            for request in queue.all { requests[request] = nil }
            queue.removeAll()
            return actions
        }
        var starting = workers.count { !$0.isReady }
        while workers.count < limits.workers, starting < queue.count {
            // While starts fail, try one at a time.
            if failedStarts > 0, starting > 0 { break }
            actions.append(start(now: now))
            starting += 1
        }
        return actions
    }

    /// Retires a leaving worker that has no requests; the last one is replaced at once.
    private mutating func leave(_ index: Int, now: Instant) -> [Action] {
        guard workers[index].isLeaving, workers[index].requests.isEmpty else { return [] }
        let retired = Action.retire(worker: workers.remove(at: index).number)
        return workers.isEmpty && now >= pauseEnds ? [retired, start(now: now)] : [retired]
    }

    /// Counts a lost worker, and postpones the next start if there were too many losses.
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
        let remaining = limits.requests == 0 ? nil : limits.requests
        workers.append(Worker(number: number, remaining: remaining, idleSince: now, lastSign: now))
        return .startWorker(number)
    }

    private mutating func hand(_ request: UInt32, to index: Int, now: Instant) -> Action {
        if workers[index].requests.isEmpty { workers[index].lastSign = now }
        workers[index].requests.append(request)
        if let remaining = workers[index].remaining {
            workers[index].remaining = remaining - 1
            if remaining == 1 {
                workers[index].parallel = 0
                workers[index].isLeaving = true
            }
        }
        requests[request]?.worker = workers[index].number
        requests[request]?.handed = now
        return .hand(request: request, to: workers[index].number)
    }

    /// Whether a check that begins now is likely to finish in time; otherwise it would only delay others.
    ///
    /// With half of its time left a request always has time, so that a back end can show that it has become faster.
    private func hasTime(_ request: Request, now: Instant) -> Bool {
        request.deadline > now.advanced(milliseconds: min(times.usual, limits.timeout / 2))
    }

    private func hasRoom(_ worker: Worker) -> Bool {
        worker.requests.count < worker.parallel
    }

    private func isIdle(_ worker: Worker, now: Instant) -> Bool {
        worker.isReady && worker.requests.isEmpty && worker.idleSince.advanced(milliseconds: limits.idleTime) <= now
    }

    /// Whether a worker is unresponsive: it has requests and answers none, or does not say hello.
    private func isSilent(_ worker: Worker, now: Instant) -> Bool {
        guard worker.isReady else { return worker.lastSign.advanced(milliseconds: limits.startTime) <= now }
        return !worker.requests.isEmpty && worker.lastSign.advanced(milliseconds: limits.timeout) <= now
    }

    private func index(of worker: Int) -> Int? {
        workers.firstIndex { $0.number == worker }
    }
}
