internal import Authentication
internal import MechanismKit
internal import DequeModule
internal import EventLoop
internal import PasswordHash
internal import Platform
internal import Synchronization

/// Compares passwords with stored ones on threads, as many at a time as there are processors: a hash may take seconds.
final class ComparisonQueue {
    private let mailbox: Mailbox
    private let seen = SeenHashes(StoredPasswords.policy)
    private var running = 0
    private var waiting = Deque<(Comparison, (StoredPasswords.Outcome, [String]) -> Void)>()

    init(_ mailbox: Mailbox) { self.mailbox = mailbox }

    /// Compares the request's password with `passwords`; without any, it takes as long as with one.
    ///
    /// Calls `done` with what it comes to, never before this returns; not at all if the comparison is cancelled first.
    @discardableResult
    func add(
        _ request: SharedRequest,
        _ passwords: [StoredValue],
        _ done: @escaping (StoredPasswords.Outcome, [String]) -> Void
    ) -> Comparison {
        let comparison = Comparison(request, passwords, seen)
        waiting.append((comparison, done))
        startNext()
        return comparison
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
    private let seen: SeenHashes
    private let state = Mutex<(result: Result, isCancelled: Bool)>((Result(), false))

    fileprivate init(_ request: SharedRequest, _ passwords: [StoredValue], _ seen: SeenHashes) {
        self.request = request
        self.passwords = passwords
        self.seen = seen
    }

    var result: Result { state.withLock { $0.result } }
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Nobody waits for the result any more.
    func cancel() { state.withLock { $0.isCancelled = true } }

    func run() {
        guard !isCancelled else { return }
        var stored = StoredPasswords(seen)
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
