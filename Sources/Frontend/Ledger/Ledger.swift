internal import Authentication
internal import CommandLine
internal import Glibc
internal import HeapModule
internal import Platform

/// Every client and every request of the frontend, and what happens next.
///
/// Knows no descriptors, clocks, logs or processes: clients, requests and workers are numbers, events go in with the time, and actions
/// come out into a buffer of the caller's, who carries them out in their order. It knows no client protocol either: who asks is a client
/// that is to get one answer. What a request holds stays with the caller until it is told to forget it.
struct Ledger: ~Copyable {
    /// What happens to the frontend.
    enum Phase: Hashable {
        /// No client is accepted: not each mechanism has had a worker that was ready, or another frontend serves still.
        case starting
        case serving
        /// Those that are there are answered, and no others.
        case leaving
        case over
    }

    struct Mechanism {
        let route: Route
        var pool: PoolState
        var counters = MechanismCounters()
        /// Whether a worker was ready, ever.
        var isReady = false
    }

    /// How long clients may still take to send their request once the frontend ends, in milliseconds.
    static let patience = 500
    /// How long requests in flight may take then, in milliseconds.
    static let drainTime = 5_000
    static let tooManyAttempts = "too many attempts at this login"
    static let tooBusy = "no worker was free in time (-n, --timeout)"

    /// After how many milliseconds a client gets a temporary failure.
    let timeout: Int
    let maximumDelay: Int
    let nextOn: NextPolicy
    /// Whether success is logged.
    let tellsSuccess: Bool
    let caches: Bool
    /// The mechanisms, in the order in which they are asked; one at the least.
    var mechanisms: [Mechanism]
    /// Their names.
    let plugins: [PluginName]
    var clients: ClientTable
    var requests: [RequestID: PendingRequest] = [:]
    /// Requests whose client waits for a verdict.
    var byAge = AgeList<RequestID>()
    /// Which request a client has asked, by the number of the client.
    var asked: [RequestID?] = []
    let memory: CredentialMemory
    var names: AccountNames
    var throttle: Throttle?
    var deadlines = Heap<Deadline>()
    var phase = Phase.starting
    /// Whether clients that wait are being given places.
    var isAdmitting = false
    private var isReady = false
    private var nextID: RequestID = 0
    private var realmAdvice: RealmAdvice
    private var crowd = LogLimiter()
    private(set) var forgiven = 0
    var answered = AnswerTally()
    /// How many requests were turned away because of others at the same login, and how many clients for want of a place.
    var turnedAwayRequests = 0
    private(set) var turnedAwayClients = 0
    /// How many requests were not understood.
    private(set) var malformed = 0

    /// There is one route at the least; `random` gives a number from 0 on, below the one given.
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
        mechanisms = routes.map { Mechanism(route: $0, pool: PoolState(options, of: $0.mechanism)) }
        clients = ClientTable(
            limits: .init(connections: connections, requestTime: options.requestTimeout * 1000)
        )
        names = AccountNames(joinsRealm: options.joinsRealm)
        realmAdvice = RealmAdvice(joinsRealm: options.joinsRealm)
        throttle =
            options.throttle == .on
            ? Throttle(limits: .init(longestDelay: options.maximumDelay * 1000), random: random) : nil
    }

    /// Whether a worker has a request, or will have.
    var isBusy: Bool { !byAge.isEmpty }

    /// Whether `tick` has anything to do later.
    var needsTime: Bool {
        clients.needsTime || !requests.isEmpty || throttle?.needsTime == true
            || mechanisms.contains { $0.pool.workerCount > 1 || $0.pool.isStarting }
    }

    /// When `due` is to be called next; `nil` when there is nothing to wait for.
    var nextDeadline: Instant? { deadlines.min?.time }

    // MARK: The frontend

    /// Starts a first worker of each mechanism.
    mutating func warmUp(now: Instant, into actions: inout [LedgerAction]) {
        for index in mechanisms.indices {
            carryOut(mechanisms[index].pool.warmUp(now: now), of: index, now: now, into: &actions)
        }
    }

    /// Clients are to be accepted from now on.
    mutating func serve(now: Instant, into actions: inout [LedgerAction]) {
        guard phase == .starting else { return }
        phase = .serving
        memory.takeOver(now: now)
        actions.append(.listen)
    }

    /// No more clients are to be accepted, and those that are there are answered; another frontend has taken over, or with a `reason`
    /// none has.
    mutating func retire(reason: String? = nil, now: Instant, into actions: inout [LedgerAction]) {
        guard phase != .over else { return }
        phase = .leaving
        actions.append(.stopListening(reason: reason))
        admitWaiting(now: now, into: &actions)
        exitIfDone(into: &actions)
    }

    /// The same, within moments.
    mutating func end(now: Instant, into actions: inout [LedgerAction]) {
        retire(reason: "saslauthd ends", now: now, into: &actions)
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

    /// Does what is due at `now`.
    mutating func due(now: Instant, into actions: inout [LedgerAction]) {
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

    /// Answers requests whose time is over, gives turns, starts and ends workers, and closes clients that take too long; to be called a few
    /// times a second while `needsTime`.
    mutating func tick(now: Instant, into actions: inout [LedgerAction]) {
        // First the workers: what they are to blame for is not for want of time.
        for index in mechanisms.indices {
            carryOut(mechanisms[index].pool.tick(now: now), of: index, now: now, into: &actions)
        }
        let limit = now.reduced(milliseconds: timeout)
        while let request = byAge.oldest(since: limit) { expire(request, now: now, into: &actions) }
        for (id, request) in requests {
            if request.isLate {
                // A worker that goes on with others and never comes back to this one holds no turn at a login for ever.
                if request.deadline < limit { conclude(id, .overload(""), now: now, into: &actions) }
            } else if request.isWaiting {
                actions.append(.look(id, request.client))
            }
        }
        proceed(with: throttle?.tick(now: now) ?? [], now: now, into: &actions)
        while let client = clients.overdue(now: now) { close(client, now: now, into: &actions) }
    }

    // MARK: For the parts in other files

    mutating func newID() -> RequestID {
        nextID &+= 1
        return nextID
    }

    mutating func advice(about subject: AuditLog.Subject, refusedBy mechanism: PluginName) -> String? {
        realmAdvice.line(about: subject, refusedBy: mechanism)
    }

    mutating func countForgiven() { forgiven += 1 }
    mutating func countMalformed() { malformed += 1 }

    /// Counts a client that was turned away; says whether that is news of its account.
    mutating func countTurnedAway(_ account: uid_t, now: Instant) -> Bool {
        turnedAwayClients += 1
        return crowd.isNews(account, now: now)
    }

    /// A mechanism is ready: when all are, the master is told and clients are accepted.
    mutating func becameReady(_ mechanism: Int, now: Instant, into actions: inout [LedgerAction]) {
        mechanisms[mechanism].isReady = true
        guard !isReady, mechanisms.allSatisfy(\.isReady) else { return }
        isReady = true
        actions.append(.tellReady)
        serve(now: now, into: &actions)
    }
}

extension PoolState {
    /// The workers of `mechanism`, as many and for as long as the options say.
    init(_ options: ServiceOptions, of mechanism: PluginName) {
        let workers = options.workers ?? mechanism.defaultWorkers
        let requests = options.maximumRequests ?? mechanism.defaultRequests
        let timeout = options.timeout * 1000
        // The original's `-n 0`: a process for each request.
        self.init(
            limits: workers == 0
                ? .init(workers: 64, requests: 1, timeout: timeout)
                : .init(workers: workers, requests: requests, timeout: timeout)
        )
    }
}
