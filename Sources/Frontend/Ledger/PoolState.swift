internal import Platform

/// Who does what: which request goes to which worker, and when workers start and end.
///
/// Knows no descriptors, threads or clocks. Requests and workers are numbers that the caller gives and takes.
///
/// There are two clocks. A request has its deadline, at which its client is answered whatever is known by then. A worker is judged by
/// itself alone: it is killed when it has requests and has answered none of them for as long as one may take, however long they have
/// waited for it. So a load that is too much costs no worker, and what a worker finds out too late for the client is still learned.
struct PoolState: Sendable {
    enum Action: Equatable, Sendable {
        case hand(request: UInt32, to: Int)
        case startWorker(Int)
        /// It holds no request; its connection is closed.
        case retire(worker: Int)
        /// It does not answer; it is killed, and reported gone when it is.
        case kill(worker: Int)
        /// No verdict comes of a request.
        case giveUp(request: UInt32, Failure)
        /// Workers end over their requests so often that no other is started for the next `milliseconds`.
        case slowDown(milliseconds: Int)
    }

    /// Why no verdict comes of a request.
    enum Failure: Hashable, Sendable {
        /// Workers end over it, or none can be started; what they said last.
        case workers(String)
        /// More was asked than the workers can decide: there is no time left to ask one.
        case overload
    }

    struct Limits: Sendable {
        /// How many workers there are at the most, 1 at the least.
        var workers: Int
        /// How many requests a worker serves before it is replaced; 0 for no limit.
        var requests = 0
        /// How long a worker may be silent that has requests, in milliseconds; requests are expected to wait as long.
        var timeout = 30_000
        /// How long a worker may take to say hello, in milliseconds.
        var startTime = 60_000
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
        /// When it was started, last got a request after it had none, or last answered one.
        var lastSign: Instant

        var state: StatusReport.Worker.State {
            if isLeaving { return .leaving }
            guard isReady else { return .starting }
            return requests.isEmpty ? .idle : .busy
        }
    }

    private struct Request {
        /// The account of the system that asks.
        let account: UInt32
        let deadline: Instant
        let isKnown: Bool
        var worker: Int?
        var handed: Instant?
        var losses = 0
        /// Whether its client was answered already.
        var isLate = false
    }

    /// How long a request may wait for a worker before that is what it has waited for, in milliseconds.
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
    /// Up to when the losses are spread that were; those further ahead than `Limits.losses` have to wait.
    private var lossesEnd = Instant(nanoseconds: 0)
    private var isSlow = false

    init(limits: Limits) {
        self.limits = limits
        queue = RequestQueue(patience: limits.timeout / 2)
    }

    var workerCount: Int { workers.count }
    /// Whether a worker has not said hello, or the first one is to be started again.
    var isStarting: Bool { workers.contains { !$0.isReady } || isFirstDue }
    /// Whether no worker has ever been ready, and none is being started.
    private var isFirstDue: Bool { !hasBeenReady && workers.isEmpty && failedStarts > 0 }
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

    /// A request is to be decided on, for a client of `account` that is answered at `deadline` at the latest.
    ///
    /// `isKnown`: its password was right a while ago.
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

    /// A worker has said that it is ready for `parallel` requests at a time.
    mutating func ready(worker: Int, parallel: Int, now: Instant) -> [Action] {
        guard let index = index(of: worker) else { return [] }
        failedStarts = 0
        hasBeenReady = true
        workers[index].isReady = true
        // One that serves a single request must not be handed more.
        workers[index].parallel = limits.requests == 1 ? 1 : max(1, parallel)
        workers[index].idleSince = now
        workers[index].lastSign = now
        return proceed(now: now)
    }

    /// A worker has answered a request.
    ///
    /// `nil` when it did not have that request: it is not to be believed any further.
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
            if state.losses >= limits.attempts || state.isLate {
                requests[request] = nil
                actions.append(.giveUp(request: request, .workers(reason)))
            } else {
                requests[request] = state
                // One that was alone with its worker is likely to be what ended it.
                if lost.parallel == 1 {
                    queue.append(request, of: state.account, isKnown: state.isKnown, now: now)
                } else {
                    queue.prepend(request)
                }
            }
        }
        actions += proceed(now: now)
        // One is always kept.
        if lost.isReady, workers.isEmpty, now >= pauseEnds { actions.append(start(now: now)) }
        return actions
    }

    /// What is going on with a request whose time is over.
    enum Expiry: Equatable, Sendable {
        /// It has waited for a worker, and waits no more.
        case waiting
        /// A worker had it, and ended over it.
        case lost
        /// A worker has it, whose verdict is still worth something.
        ///
        /// `isWorkerSilent`: it had it at once, and has answered nothing since.
        case inFlight(isWorkerSilent: Bool)
    }

    /// A request's time is over, and its client is answered.
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

    /// Nobody waits for a request any more that was to be handed to a worker: the worker never gets it.
    mutating func withdrawn(request: UInt32, now: Instant) -> [Action] {
        guard let state = requests.removeValue(forKey: request) else { return [] }
        guard let number = state.worker, let index = index(of: number) else {
            queue.remove(request)
            return []
        }
        workers[index].requests.removeAll { $0 == request }
        return leave(index, now: now) + proceed(now: now)
    }

    /// Time has passed: starts what was put off, ends what has been idle or silent for too long.
    mutating func tick(now: Instant) -> [Action] {
        var actions = workers.filter { isSilent($0, now: now) }.map { Action.kill(worker: $0.number) }
        // One that goes on with others and never comes back to a request is replaced, when it has answered these.
        let limit = now.reduced(milliseconds: 2 * limits.timeout)
        for index in workers.indices
        where workers[index].requests.contains(where: { requests[$0]?.handed.map { $0 <= limit } ?? false }) {
            workers[index].parallel = 0
            workers[index].isLeaving = true
        }
        // Nothing more for a worker that is to be killed.
        for index in workers.indices where isSilent(workers[index], now: now) { workers[index].parallel = 0 }
        actions += proceed(now: now)
        if isFirstDue, now >= pauseEnds { actions.append(start(now: now)) }
        while workers.count > 1, let index = workers.lastIndex(where: { isIdle($0, now: now) }) {
            actions.append(.retire(worker: workers.remove(at: index).number))
        }
        return actions
    }

    /// Hands out what waits, starts workers for the rest, or gives it up where none can be started.
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

    /// Whether a check that begins now is likely to end in time; one that is not would only keep the others waiting.
    ///
    /// With half of the time left it is begun in any case: a back end that has become slow must be able to show that it no longer is.
    private func hasTime(_ request: Request, now: Instant) -> Bool {
        request.deadline > now.advanced(milliseconds: min(times.usual, limits.timeout / 2))
    }

    private func hasRoom(_ worker: Worker) -> Bool {
        worker.requests.count < worker.parallel
    }

    private func isIdle(_ worker: Worker, now: Instant) -> Bool {
        worker.isReady && worker.requests.isEmpty && worker.idleSince.advanced(milliseconds: limits.idleTime) <= now
    }

    /// Whether a worker is to be given up: it has requests and answers none, or does not say hello.
    private func isSilent(_ worker: Worker, now: Instant) -> Bool {
        guard worker.isReady else { return worker.lastSign.advanced(milliseconds: limits.startTime) <= now }
        return !worker.requests.isEmpty && worker.lastSign.advanced(milliseconds: limits.timeout) <= now
    }

    private func index(of worker: Int) -> Int? {
        workers.firstIndex { $0.number == worker }
    }
}
