internal import Authentication
internal import Platform

/// A request on which nothing has been decided.
final class Transaction {
    let request: AuthRequest
    let subject: AuditLog.Subject
    let client: Client
    /// Whose password it is about, as far as the request tells.
    let account: RequestedAccount
    /// The account as the last mechanism calls it that has called it anything.
    var named: ByteString?
    let trace: CredentialMemory.Trace
    let arrived: Instant
    /// When its client is answered at the latest.
    let deadline: Instant
    /// Its place among those whose client waits, by age.
    var place: AgeList<UInt32>.Place?
    /// When a worker got it, the last time; `nil` while it waits for one.
    var handed: Instant?
    /// Since when it waits for a worker that has not had it, `nil` while none is waited for; and how long it did before, in milliseconds.
    private var waitingSince: Instant?
    private var waited = 0
    /// The mechanism that is asked, and those that may be asked after it.
    var stage: Int?
    var stages: ArraySlice<Int>
    /// For how long mechanisms want a refusal delayed, in milliseconds.
    var delay = 0
    /// Whether it waits for its turn among those at the same login.
    var isThrottled = false
    /// Whether its client was answered at the deadline: its verdict is learned, and goes to nobody.
    var isLate = false

    init(
        _ request: consuming AuthRequest,
        from client: Client,
        account: RequestedAccount,
        stages: [Int],
        trace: CredentialMemory.Trace,
        arrived: Instant,
        deadline: Instant
    ) {
        subject = AuditLog.Subject(request, peer: client.peer)
        self.request = request
        self.client = client
        self.account = account
        self.stages = stages[...]
        self.trace = trace
        self.arrived = arrived
        self.deadline = deadline
        waitingSince = arrived
    }

    /// A worker gets it; one that takes the place of a lost one was not waited for.
    func hand(now: Instant) {
        handed = now
        if let since = waitingSince.take() { waited += since.elapsedMilliseconds(until: now) }
    }

    /// The next mechanism is to be asked.
    func goOn(now: Instant) {
        handed = nil
        waitingSince = now
    }

    /// Whether it hardly waited for its turn or for a worker: what came of it is the mechanism's doing.
    func isPrompt(now: Instant) -> Bool {
        waited + (waitingSince?.elapsedMilliseconds(until: now) ?? 0) < 1_000
    }

    /// How its time was spent up to now.
    func timing(now: Instant) -> Timing {
        Timing(
            queue: arrived.elapsedMilliseconds(until: handed ?? now),
            mechanism: handed.map { $0.elapsedMilliseconds(until: now) } ?? 0
        )
    }
}

/// How long a request waited for a worker, and how long the worker took, in milliseconds.
struct Timing: Equatable, Sendable {
    var queue = 0
    var mechanism = 0

    var total: Int { queue + mechanism }
}

/// A verdict, and who speaks.
struct Finding: Sendable {
    /// Whose word a verdict is.
    enum Source: Sendable {
        /// The mechanism's own, or that of its workers, which end or cannot be started.
        case mechanism
        /// That of the frontend: the request waited too long, or was turned away. It says nothing about the mechanism.
        case frontend
    }

    let verdict: Verdict
    let source: Source
    /// How long the mechanism wants a refusal delayed, in milliseconds.
    var delay = 0
    /// The account as the mechanism calls it, if it has.
    var account: ByteString?

    init(_ verdict: Verdict, source: Source = .mechanism, delay: Int = 0, account: ByteString? = nil) {
        self.verdict = verdict
        self.source = source
        self.delay = delay
        self.account = account
    }

    /// No verdict, for a reason that lies in the frontend.
    static func overload(_ reason: String) -> Finding {
        Finding(.unavailable(Unavailability(reason)), source: .frontend)
    }
}

extension Throttle.Outcome {
    /// What a verdict is to the throttle; `isOfLogin` where there is none for this login alone.
    init(_ verdict: Verdict, isOfLogin: Bool) {
        self =
            switch verdict {
            case .accepted: .accepted
            case .refused: .refused
            case .unavailable: isOfLogin ? .undecided : .unavailable
            }
    }
}
