package import Authentication

/// A mechanism that has many requests in flight on one event loop and never blocks.
///
/// It checks passwords, not proofs.
package protocol ConcurrentMechanism: AnyObject {
    /// Starts `request`, and calls `answer` exactly once, now or later.
    func begin(_ request: consuming AuthRequest, _ answer: Answer)
}

/// Takes the answer to one request.
///
/// Requests may be answered in any order.
package struct Answer {
    private let tell: (Decision) -> Void

    package init(_ tell: @escaping (Decision) -> Void) {
        self.tell = tell
    }

    package func callAsFunction(_ decision: Decision) {
        tell(decision)
    }

    package func callAsFunction(_ verdict: Verdict) {
        tell(Decision(verdict))
    }
}
