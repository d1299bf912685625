internal import Authentication

/// A verdict, and who speaks.
struct Finding: Sendable {
    /// Whose word a verdict is.
    enum Source: Sendable {
        /// The mechanism's own, or that of its workers, which end or cannot be started.
        case mechanism
        /// That of the frontend: the request waited too long, or was turned away. It says nothing about the mechanism.
        case frontend
    }

    let verdict: Verdict
    let source: Source
    /// How long the mechanism wants a refusal delayed, in milliseconds.
    var delay = 0
    /// The account as the mechanism calls it, if it has.
    var account: ByteString?

    init(_ verdict: Verdict, source: Source = .mechanism, delay: Int = 0, account: ByteString? = nil) {
        self.verdict = verdict
        self.source = source
        self.delay = delay
        self.account = account
    }

    /// No verdict, for a reason that lies in the frontend.
    static func overload(_ reason: String) -> Finding {
        Finding(.unavailable(Unavailability(reason)), source: .frontend)
    }
}

extension Throttle.Outcome {
    /// What a verdict is to the throttle; `isOfLogin` where there is none for this login alone.
    init(_ verdict: Verdict, isOfLogin: Bool) {
        self =
            switch verdict {
            case .accepted: .accepted
            case .refused: .refused
            case .unavailable: isOfLogin ? .undecided : .unavailable
            }
    }
}
