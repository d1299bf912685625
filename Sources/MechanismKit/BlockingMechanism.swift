package import Authentication

/// A mechanism that calls a blocking library and decides on one request after the other.
package protocol BlockingMechanism: Mechanism {
    /// Decides on `request`, and may take its time.
    func authenticate(_ request: borrowing AuthRequest) -> Verdict

    /// Decides on `request` and says how long a refusal is to be held back; never waits for that itself.
    ///
    /// Default: what `authenticate` says, without a delay.
    func decide(on request: borrowing AuthRequest) -> Decision

    /// Whether a program that starts anew could do what this one no longer can.
    ///
    /// Looked at after each decision: the program ends without an answer then, and the frontend asks another. Default: never.
    var wantsSuccessor: Bool { get }
}

extension BlockingMechanism {
    package func decide(on request: borrowing AuthRequest) -> Decision {
        Decision(authenticate(request))
    }

    package var wantsSuccessor: Bool { false }
}

/// What a mechanism found out, and when the client is to learn of it.
package struct Decision: Hashable, Sendable {
    package let verdict: Verdict
    /// How long a refusal is held back, in milliseconds; the frontend does it, and caps it.
    package let delay: UInt32

    package init(_ verdict: Verdict, delay: UInt32 = 0) {
        self.verdict = verdict
        self.delay = delay
    }
}

/// Why a mechanism can do nothing with the options and rights that it has.
package struct UnusableMechanism: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what would be right, without secrets.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
