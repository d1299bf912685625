internal import Authentication
internal import MechanismKit
internal import DequeModule
internal import EventLoop
internal import Platform
internal import Synchronization

/// Compares passwords with stored ones on threads, as many at a time as there are processors: a hash may take seconds.
final class ComparisonQueue {
    private let mailbox: Mailbox
    private var running = 0
    private var waiting = Deque<(Comparison, (StoredPasswords.Outcome, [String]) -> Void)>()

    init(_ mailbox: Mailbox) { self.mailbox = mailbox }

    /// Calls `done` with what `comparison` comes to, never before this returns; not at all if it is cancelled first.
    func add(_ comparison: Comparison, _ done: @escaping (StoredPasswords.Outcome, [String]) -> Void) {
        waiting.append((comparison, done))
        startNext()
    }

    private func startNext() {
        while running < Machine.processorCount, let (comparison, done) = waiting.popFirst() {
            guard !comparison.isCancelled else { continue }
            do throws(SystemError) {
                try mailbox.run({ comparison.run() }) { [weak self] in
                    self?.running -= 1
                    self?.startNext()
                    let result = comparison.result
                    if !comparison.isCancelled { done(result.outcome, result.remarks) }
                }
                running += 1
            } catch {
                // No thread: what runs starts the next, and the login's time is limited.
                waiting.prepend((comparison, done))
                return
            }
        }
    }
}

/// The comparison of a request's password with the values of an entry.
final class Comparison: Sendable {
    struct Result: Sendable {
        var outcome = StoredPasswords.Outcome.differs
        var remarks: [String] = []
    }

    private let request: SharedRequest
    private let passwords: [StoredValue]
    private let state = Mutex<(result: Result, isCancelled: Bool)>((Result(), false))

    /// Without `passwords` it takes as long as with one.
    init(_ request: SharedRequest, _ passwords: [StoredValue]) {
        self.request = request
        self.passwords = passwords
    }

    var result: Result { state.withLock { $0.result } }
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Nobody waits for the result any more.
    func cancel() { state.withLock { $0.isCancelled = true } }

    func run() {
        guard !isCancelled else { return }
        var stored = StoredPasswords()
        var result = Result()
        result.outcome = stored.check(
            request.value.password,
            count: passwords.count,
            value: { passwords[$0].copy() },
            remarks: &result.remarks
        )
        state.withLock { $0.result = result }
    }
}
