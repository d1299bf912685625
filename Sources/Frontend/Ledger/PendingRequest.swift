internal import Authentication
internal import Platform

/// A request that has no answer yet, or whose answer is delayed, or whose verdict is still learned.
///
/// A reference, so that what it holds is not copied each time that it is looked at; the ledger alone has it.
final class PendingRequest {
    enum Stage {
        /// It waits for its turn among those at the same login.
        case throttled
        /// It waits for a worker of a mechanism.
        case queued(mechanism: Int)
        /// A worker has it.
        case handed(mechanism: Int, since: Instant)
        /// Its client was answered at the deadline, while a worker has it: the verdict is learned, and goes to nobody.
        case late(mechanism: Int, since: Instant)
        /// The answer is delayed.
        case delayed(Answer, until: Instant)
    }

    let client: ClientID
    let subject: AuditLog.Subject
    /// Whose password it is about, as far as the request tells.
    let account: RequestedAccount
    /// The account as the last mechanism calls it that has called it anything.
    var named: ByteString?
    let trace: CredentialMemory.Trace
    let arrived: Instant
    /// When its client is answered at the latest.
    let deadline: Instant
    var stage = Stage.throttled
    /// Its place among those whose client waits for a verdict, by age.
    var place: AgeList<RequestID>.Place?
    /// The mechanisms that may be asked after the one that is.
    var mechanisms: ArraySlice<Int>
    /// The last mechanism that was asked.
    private(set) var mechanism: Int?
    /// For how long mechanisms want a refusal delayed, in milliseconds.
    var delay = 0
    /// Since when it waits for a worker that has not had it, `nil` while none is waited for; and how long it did before, in milliseconds.
    private var waitingSince: Instant?
    private var waited = 0

    init(
        of client: ClientID,
        _ subject: AuditLog.Subject,
        account: RequestedAccount,
        mechanisms: [Int],
        trace: CredentialMemory.Trace,
        arrived: Instant,
        deadline: Instant
    ) {
        self.client = client
        self.subject = subject
        self.account = account
        self.mechanisms = mechanisms[...]
        self.trace = trace
        self.arrived = arrived
        self.deadline = deadline
        waitingSince = arrived
    }

    var isLate: Bool { if case .late = stage { true } else { false } }
    var isThrottled: Bool { if case .throttled = stage { true } else { false } }
    /// Whether no worker has it, though one is to.
    var isWaiting: Bool {
        switch stage {
        case .throttled, .queued: true
        case .handed, .late, .delayed: false
        }
    }

    /// The next mechanism is to be asked; `nil` when there is none.
    func nextMechanism(now: Instant) -> Int? {
        guard let next = mechanisms.popFirst() else { return nil }
        if case .handed = stage { waitingSince = now }
        mechanism = next
        stage = .queued(mechanism: next)
        return next
    }

    /// A worker gets it; one that takes the place of a lost one was not waited for.
    func handed(to mechanism: Int, now: Instant) {
        stage = .handed(mechanism: mechanism, since: now)
        if let since = waitingSince.take() { waited += since.elapsedMilliseconds(until: now) }
    }

    /// Its client is answered, and a worker goes on.
    func becomesLate() {
        if case .handed(let mechanism, let since) = stage { stage = .late(mechanism: mechanism, since: since) }
    }

    /// Whether it hardly waited for its turn or for a worker: what came of it is the mechanism's doing.
    func isPrompt(now: Instant) -> Bool {
        waited + (waitingSince?.elapsedMilliseconds(until: now) ?? 0) < 1_000
    }

    /// How its time was spent up to now.
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
