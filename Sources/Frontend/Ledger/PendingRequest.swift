internal import Authentication
internal import Platform

/// A request that is in flight, delayed, or late: answered, with its verdict still to be learned.
///
/// A reference type, so that its contents are not copied at each access; only the ledger holds it.
final class PendingRequest {
    enum Stage {
        /// It waits for other requests for the same login.
        case throttled
        /// It waits for a worker of a mechanism.
        case queued(mechanism: Int)
        /// A worker has it.
        case handed(mechanism: Int, since: Instant)
        /// Its client was answered at the deadline while a worker has it: the verdict is learned but not sent.
        case late(mechanism: Int, since: Instant)
        /// The reply is delayed.
        case delayed(Answer, until: Instant)
    }

    let client: ClientID
    let subject: AuditLog.Subject
    /// The account, as known from the request and earlier verdicts.
    let account: RequestedAccount
    /// The account name that the last mechanism returned, if any did.
    var named: ByteString?
    let trace: CredentialMemory.Trace
    let arrived: Instant
    /// The latest time at which its client is answered.
    let deadline: Instant
    let terms: RequestTerms
    var stage = Stage.throttled
    /// When a worker got it first.
    private(set) var begin: Instant?
    /// Its place in the list of requests whose client waits for a verdict.
    var place: RequestDeadlines.Place?
    /// The mechanism whose times decide when a refusal is sent, if one that may be asked is quicker for nobody.
    let evening: Int?
    /// The mechanisms that may be asked after the current one.
    var mechanisms: ArraySlice<Int>
    /// The last mechanism asked.
    private(set) var mechanism: Int?
    /// The delay of a refusal that mechanisms asked for, in milliseconds.
    var delay = 0
    /// Since when it has been waiting for a first worker, or `nil`; and how long it waited before, in milliseconds.
    private var waitingSince: Instant?
    private var waited = 0

    init(
        of client: ClientID,
        _ subject: AuditLog.Subject,
        account: RequestedAccount,
        mechanisms: [Int],
        evening: Int?,
        trace: CredentialMemory.Trace,
        arrived: Instant,
        deadline: Instant,
        terms: RequestTerms
    ) {
        self.client = client
        self.subject = subject
        self.account = account
        self.mechanisms = mechanisms[...]
        self.evening = evening
        self.trace = trace
        self.arrived = arrived
        self.deadline = deadline
        self.terms = terms
        waitingSince = arrived
    }

    var isLate: Bool { if case .late = stage { true } else { false } }
    var isThrottled: Bool { if case .throttled = stage { true } else { false } }
    /// Whether it waits for a worker.
    var isWaiting: Bool {
        switch stage {
        case .throttled, .queued: true
        case .handed, .late, .delayed: false
        }
    }

    /// Moves on to the next mechanism and returns it; `nil` if there is none.
    func nextMechanism(now: Instant) -> Int? {
        guard let next = mechanisms.popFirst() else { return nil }
        if case .handed = stage { waitingSince = now }
        mechanism = next
        stage = .queued(mechanism: next)
        return next
    }

    /// A worker gets it; after the loss of a worker, the wait for another is not counted.
    func handed(to mechanism: Int, now: Instant) {
        stage = .handed(mechanism: mechanism, since: now)
        begin = begin ?? now
        if let since = waitingSince.take() { waited += since.elapsedMilliseconds(until: now) }
    }

    /// Its client is answered while a worker continues.
    func becomesLate() {
        if case .handed(let mechanism, let since) = stage { stage = .late(mechanism: mechanism, since: since) }
    }

    /// Whether it waited so briefly that the result is due to the mechanism.
    func isPrompt(now: Instant) -> Bool {
        waited + (waitingSince?.elapsedMilliseconds(until: now) ?? 0) < 1_000
    }

    /// The time spent so far.
    func timing(now: Instant) -> Timing {
        switch stage {
        case .handed(_, let since), .late(_, let since):
            Timing(
                queue: arrived.elapsedMilliseconds(until: since),
                mechanism: since.elapsedMilliseconds(until: now)
            )
        case .throttled, .queued, .delayed: Timing(queue: arrived.elapsedMilliseconds(until: now), mechanism: 0)
        }
    }
}
