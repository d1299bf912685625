package import Authentication
internal import ProcessProtocol

/// A mechanism that calls a blocking library and decides on one request after the other.
///
/// Its program has one thread, which owns it and calls it.
package protocol BlockingMechanism: ~Copyable {
    /// Decides on `request`, and may take its time.
    ///
    /// Never throws: what fails is a verdict too. Never waits because a login is refused: the decision says how long the frontend is to
    /// delay the answer.
    mutating func decide(on request: borrowing AuthRequest) -> Decision

    /// Whether a program that starts anew could do what this one no longer can.
    ///
    /// Looked at after each decision: the program ends without an answer then, and the frontend asks another. Default: never.
    var wantsSuccessor: Bool { get }
}

extension BlockingMechanism where Self: ~Copyable {
    package var wantsSuccessor: Bool { false }
}

/// What a mechanism found out, and when the client is to learn of it.
package struct Decision: Hashable, Sendable {
    package let verdict: Verdict
    /// How long a refusal is delayed, in milliseconds; the frontend does it, and caps it.
    package let delay: UInt32
    /// The name that the back end itself has for the login; `nil` where it told none.
    ///
    /// All spellings of a login that a back end takes for one account are one to the frontend, too, when it counts failures.
    package let account: ByteString?
    /// Why a login is refused, in the back end's own words where it has some: for `--check` and the log at level debug.
    package let detail: ByteString

    package init(_ verdict: Verdict, delay: UInt32 = 0, account: ByteString? = nil, detail: String = "") {
        self.verdict = verdict
        self.delay = delay
        self.account = account
        self.detail = ByteString(detail)
    }

    /// The frame's content that answers request `id`.
    func message(for id: UInt32) -> MechanismMessage {
        .verdict(id: id, verdict, delay: delay, account: account, detail: detail)
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
