package import Authentication

/// A mechanism that calls a blocking library and decides on one request after the other.
package protocol BlockingMechanism: Mechanism {
    /// Decides on `request`, and may take its time.
    func authenticate(_ request: borrowing AuthRequest) -> Verdict

    /// Whether a program that starts anew could do what this one no longer can.
    ///
    /// Looked at after each decision: the program ends without an answer then, and the frontend asks another. Default: never.
    var wantsSuccessor: Bool { get }
}

extension BlockingMechanism {
    package var wantsSuccessor: Bool { false }
}

/// Why a mechanism can do nothing with the options and rights that it has.
package struct UnusableMechanism: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what would be right, without secrets.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
