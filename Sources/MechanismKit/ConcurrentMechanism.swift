package import Authentication

/// A mechanism that has many requests in hand and waits for none of them: all of it happens on one event loop.
package protocol ConcurrentMechanism: AnyObject {
    /// Takes `request` on, and uses `answer` once: now, or when it has found out.
    func begin(_ request: consuming AuthRequest, _ answer: Answer)
}

/// Where the answer to one request goes; answers are given in any order.
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
