internal import Authentication
internal import Platform

/// A request that has not been answered.
final class Transaction {
    let request: AuthRequest
    let subject: AuditLog.Subject
    let client: Client
    /// Its place among the others, by age.
    let place: AgeList<UInt32>.Place
    let trace: CredentialMemory.Trace
    let arrived: Instant
    /// When a worker got it, the last time; `nil` while it waits for one.
    var handed: Instant?
    /// The mechanism that is asked, and those that may be asked after it.
    var stage: Int?
    var stages: ArraySlice<Int>
    /// For how long mechanisms want a refusal held back, in milliseconds.
    var delay = 0
    /// Whether it waits for its turn among those at the same login.
    var isThrottled = false

    init(
        _ request: consuming AuthRequest,
        from client: Client,
        stages: [Int],
        place: AgeList<UInt32>.Place,
        trace: CredentialMemory.Trace,
        now: Instant
    ) {
        subject = AuditLog.Subject(request, peer: client.peer)
        self.request = request
        self.client = client
        self.stages = stages[...]
        self.place = place
        self.trace = trace
        arrived = now
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
