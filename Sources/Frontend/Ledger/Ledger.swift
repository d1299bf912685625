internal import Authentication
internal import CommandLine
internal import Glibc
internal import HeapModule
internal import Platform

/// Every client and request of the frontend, and what happens to it next.
///
/// Descriptors, clocks, logs and processes stay outside. Clients, requests and workers are numbers. Events go in with
/// the time, and actions are appended to the caller's buffer, who carries them out in order. The ledger does not know
/// client protocols either: a client gets one reply. The caller keeps the contents of a request until the action
/// `forget`.
struct Ledger: ~Copyable {
    /// The life of the frontend.
    enum Phase: Hashable {
        /// No client is accepted yet: some mechanism has not had a ready worker, or another frontend still serves.
        case starting
        case serving
        /// Connected clients are answered, and no new ones are accepted.
        case leaving
        case over
    }

    struct Mechanism {
        let route: Route
        var pool: PoolState
        var counters = MechanismCounters()
        /// Of refusals, and of answers to requests for parameters; `nil` if they are sent at once.
        var refusals: EvenTimes?
        var preparations: EvenTimes?
        /// Whether a worker has ever been ready.
        var isReady = false

        init(_ options: ServiceOptions, route: Route) {
            self.route = route
            pool = PoolState(options, of: route.mechanism)
            guard route.mechanism.traits.isQuickerForNobody else { return }
            refusals = EvenTimes()
            preparations = EvenTimes()
        }
    }

    /// How long clients may take to finish sending their request when the frontend exits, in milliseconds.
    static let patience = 500
    /// How long requests in flight may take when the frontend exits, in milliseconds.
    static let drainTime = 5_000
    static let tooManyAttempts = "too many attempts at this login"
    static let tooBusy = "no worker was free in time (-n, --timeout)"

    /// After how many milliseconds a client gets a temporary failure.
    let timeout: Int
    let maximumDelay: Int
    let nextOn: NextPolicy
    /// Whether successes are logged.
    let tellsSuccess: Bool
    let caches: Bool
    /// The mechanisms, in the order in which they are asked; at least one.
    var mechanisms: [Mechanism]
    /// Their names.
    let plugins: [PluginName]
    var clients: ClientTable
    var requests: [RequestID: PendingRequest] = [:]
    /// Requests whose client waits for a verdict.
    var undecided = RequestDeadlines()
    /// The request of each client, by the number of the client.
    var asked: [RequestID?] = []
    let memory: CredentialMemory
    var names: AccountNames
    var throttle: Throttle?
    var deadlines = Heap<Deadline>()
    var phase = Phase.starting
    /// Whether waiting clients are being given slots.
    var isAdmitting = false
    private var isReady = false
    private var nextID: RequestID = 0
    private var realmAdvice: RealmAdvice
    private var crowd = LogLimiter()
    private(set) var forgiven = 0
    var answered = AnswerTally()
    /// How many requests were turned away because of others for the same login, and how many clients for lack of a
    /// slot.
    var turnedAwayRequests = 0
    private(set) var turnedAwayClients = 0
    /// How many requests were invalid.
    private(set) var malformed = 0

    /// `routes` has at least one element; `random` returns a number from 0 to less than its argument.
    init(
        _ options: ServiceOptions,
        routes: [Route],
        connections: Int,
        memory: CredentialMemory,
        random: @escaping (Int) -> Int = { Int.random(in: 0..<$0) }
    ) {
        timeout = options.timeout * 1000
        maximumDelay = options.maximumDelay * 1000
        nextOn = options.nextOn
        tellsSuccess = options.logsSuccess || options.isVerbose
        caches = options.caches
        self.memory = memory
        plugins = routes.map(\.mechanism)
        mechanisms = routes.map { Mechanism(options, route: $0) }
        clients = ClientTable(
            limits: .init(connections: connections, requestTime: options.requestTimeout * 1000)
        )
        names = AccountNames(joinsRealm: options.joinsRealm)
        realmAdvice = RealmAdvice(joinsRealm: options.joinsRealm)
        throttle =
            options.throttle == .on
            ? Throttle(limits: .init(longestDelay: options.maximumDelay * 1000), random: random) : nil
    }

    /// Whether a worker has a request, or will get one.
    var isBusy: Bool { !undecided.isEmpty }

    /// Whether `tick` must be called again.
    var needsTime: Bool {
        clients.needsTime || !requests.isEmpty || throttle?.needsTime == true
            || mechanisms.contains { $0.pool.workerCount > 1 || $0.pool.isStarting }
    }

    /// When to call `due` next; `nil` for never.
    ///
    /// `tick` is soon enough for `--timeout`, but not for the shorter times of other sockets.
    var nextDeadline: Instant? {
        let event = deadlines.min?.time
        guard let request = undecided.next(below: timeout) else { return event }
        return event.map { min($0, request) } ?? request
    }

    // MARK: The frontend

    /// Starts the first worker of each mechanism.
    mutating func warmUp(now: Instant, into actions: inout [LedgerAction]) {
        for index in mechanisms.indices {
            carryOut(mechanisms[index].pool.warmUp(now: now), of: index, now: now, into: &actions)
        }
    }

    /// Begins to accept clients.
    mutating func serve(now: Instant, into actions: inout [LedgerAction]) {
        guard phase == .starting else { return }
        phase = .serving
        memory.takeOver(now: now)
        actions.append(.listen)
    }

    /// Accepts no more clients and answers those that are connected.
    ///
    /// Another frontend has taken over; with a `reason`, none has.
    mutating func retire(reason: String? = nil, now: Instant, into actions: inout [LedgerAction]) {
        guard phase != .over else { return }
        phase = .leaving
        actions.append(.stopListening(reason: reason))
        admitWaiting(now: now, into: &actions)
        exitIfDone(into: &actions)
    }

    /// The same, with a short time limit.
    mutating func end(now: Instant, into actions: inout [LedgerAction]) {
        retire(reason: "saslauthd is exiting", now: now, into: &actions)
        for client in clients.delayed { answerDelayed(client, now: now, into: &actions) }
        deadlines.insert(Deadline(time: now.advanced(milliseconds: Self.patience), event: .patience))
        deadlines.insert(Deadline(time: now.advanced(milliseconds: Self.drainTime), event: .end))
    }

    mutating func exitIfDone(into actions: inout [LedgerAction]) {
        guard phase == .leaving, clients.isEmpty else { return }
        phase = .over
        actions.append(.exit(EXIT_SUCCESS))
    }

    // MARK: Time

    /// Handles the deadlines that have passed at `now`.
    mutating func due(now: Instant, into actions: inout [LedgerAction]) {
        while let request = undecided.overdue(below: timeout, now: now) { expire(request, now: now, into: &actions) }
        while let deadline = deadlines.min, deadline.time <= now {
            deadlines.removeMin()
            switch deadline.event {
            case .address(let client):
                if clients.stage(of: client) == .awaitingAddress { actions.append(.finishRequest(client)) }
            case .answer(let request):
                if case .delayed(_, let until) = requests[request]?.stage, until <= now {
                    answerDelayed(request, now: now, into: &actions)
                }
            case .patience:
                for client in clients.unfinished { close(client, now: now, into: &actions) }
            case .end where phase != .over:
                actions.append(.log(.leftUnanswered(clients.count)))
                phase = .over
                actions.append(.exit(EXIT_SUCCESS))
            case .end: break
            }
        }
    }

    /// Handles timeouts, throttled requests, workers and slow clients; call it a few times a second while `needsTime`.
    mutating func tick(now: Instant, into actions: inout [LedgerAction]) {
        // Workers first: a silent worker must be blamed before its requests time out.
        for index in mechanisms.indices {
            carryOut(mechanisms[index].pool.tick(now: now), of: index, now: now, into: &actions)
        }
        while let request = undecided.overdue(now: now) { expire(request, now: now, into: &actions) }
        let limit = now.reduced(milliseconds: timeout)
        for (id, request) in requests {
            if request.isLate {
                // A worker that answers others but never this request must not block the login forever.
                if request.deadline < limit { conclude(id, .overload(""), now: now, into: &actions) }
            } else if request.isWaiting {
                actions.append(.look(id, request.client))
            }
        }
        proceed(with: throttle?.tick(now: now) ?? [], now: now, into: &actions)
        while let client = clients.overdue(now: now) { close(client, now: now, into: &actions) }
    }

    // MARK: Used by the extensions

    mutating func newID() -> RequestID {
        nextID &+= 1
        return nextID
    }

    mutating func advice(about subject: AuditLog.Subject, refusedBy mechanism: PluginName) -> String? {
        realmAdvice.line(about: subject, refusedBy: mechanism)
    }

    mutating func countForgiven() { forgiven += 1 }
    mutating func countMalformed() { malformed += 1 }

    /// Counts a client that was turned away; returns whether to log that for its account.
    mutating func countTurnedAway(_ account: uid_t, now: Instant) -> Bool {
        turnedAwayClients += 1
        return crowd.isNews(account, now: now)
    }

    /// A mechanism is ready; once all are, reports to the master and accepts clients.
    mutating func becameReady(_ mechanism: Int, now: Instant, into actions: inout [LedgerAction]) {
        mechanisms[mechanism].isReady = true
        guard !isReady, mechanisms.allSatisfy(\.isReady) else { return }
        isReady = true
        actions.append(.tellReady)
        serve(now: now, into: &actions)
    }
}

extension PoolState {
    /// The pool of `mechanism`, with limits from the options.
    init(_ options: ServiceOptions, of mechanism: PluginName) {
        let workers = options.workers ?? mechanism.defaultWorkers
        let requests = options.maximumRequests ?? mechanism.defaultRequests
        let timeout = options.timeout * 1000
        // As in Cyrus saslauthd, `-n 0` means a process for each request.
        self.init(
            limits: workers == 0
                ? .init(workers: 64, requests: 1, timeout: timeout)
                : .init(workers: workers, requests: requests, timeout: timeout)
        )
    }
}
