package import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// A mechanism that calls a blocking library and handles one request at a time.
///
/// Its program has a single thread.
package protocol BlockingMechanism: ~Copyable {
    /// Decides on `request`; may block.
    ///
    /// A failure is a verdict too, so this never throws. It does not sleep after a refusal: the decision says how long
    /// the frontend should delay the reply.
    mutating func decide(on request: borrowing AuthRequest) -> Decision

    /// Whether a new process could do what this one no longer can.
    ///
    /// Checked after each decision. If true, the program exits without answering, and the frontend gives the request to
    /// another worker. Default: false.
    var wantsSuccessor: Bool { get }

    /// The schemes whose proofs it can check, for every login, from its start on.
    ///
    /// The functions below are called for these alone. Default: none.
    var schemes: Set<SASLMechanism> { get }

    /// Finds out with which salt and how many rounds the secret of a login is kept; may block.
    mutating func prepare(_ request: PrepareRequest) -> Preparation

    /// Decides on a proof; may block.
    ///
    /// Takes as long for an unknown user, or one whose secret cannot serve, as for a wrong proof.
    mutating func prove(_ request: borrowing ProveRequest) -> ProofDecision
}

extension BlockingMechanism where Self: ~Copyable {
    package var wantsSuccessor: Bool { false }

    package var schemes: Set<SASLMechanism> { [] }

    package mutating func prepare(_ request: PrepareRequest) -> Preparation { .unavailable(Self.noProofs) }

    package mutating func prove(_ request: borrowing ProveRequest) -> ProofDecision {
        ProofDecision(Decision(.unavailable(Self.noProofs)))
    }

    private static var noProofs: Unavailability { Unavailability("the mechanism checks no proofs") }

    /// Answers a request of the frontend; throws when the mechanism has not offered its scheme.
    mutating func answer(_ request: consuming WorkerRequest) throws(SystemError) -> MechanismMessage {
        if let scheme = request.scheme, !schemes.contains(scheme) {
            throw SystemError("read", on: "a question about \(scheme.name), which was not offered", number: EPROTO)
        }
        switch request {
        case .password(let frame): return decide(on: frame.request).message(for: frame.id)
        case .prepare(let frame): return .prepared(id: frame.id, prepare(frame.request))
        case .prove(let frame): return prove(frame.request).message(for: frame.id)
        }
    }
}

/// A mechanism's verdict, with the delay of the reply.
package struct Decision: Hashable, Sendable {
    package let verdict: Verdict
    /// The delay of a refusal in milliseconds, which the frontend carries out and caps.
    package let delay: UInt32
    /// The back end's own name for the login; `nil` when it reported none.
    ///
    /// The frontend counts failures by it, so that all spellings of a login count for the same account.
    package let account: ByteString?
    /// Why a login is refused, if possible in the back end's own words; for `--check` and the log at level debug.
    package let detail: ByteString

    package init(_ verdict: Verdict, delay: UInt32 = 0, account: ByteString? = nil, detail: String = "") {
        self.verdict = verdict
        self.delay = delay
        self.account = account
        self.detail = ByteString(detail)
    }

    /// The message that answers request `id`.
    func message(for id: UInt32) -> MechanismMessage {
        .verdict(id: id, verdict, delay: delay, account: account, detail: detail)
    }
}

/// Why a mechanism cannot work with its options and rights.
package struct UnusableMechanism: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what was expected, without secrets.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
