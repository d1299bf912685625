internal import Authentication

/// A verdict and its source.
struct Finding: Sendable {
    /// Who gave a verdict.
    enum Source: Sendable {
        /// The mechanism, including workers that exit or cannot be started.
        case mechanism
        /// The frontend, because the request waited too long or was turned away; it says nothing about the mechanism.
        case frontend
    }

    let verdict: Verdict
    let source: Source
    /// The delay of a refusal that the mechanism asked for, in milliseconds.
    var delay = 0
    /// The mechanism's name for the account, if it gave one.
    var account: ByteString?

    init(_ verdict: Verdict, source: Source = .mechanism, delay: Int = 0, account: ByteString? = nil) {
        self.verdict = verdict
        self.source = source
        self.delay = delay
        self.account = account
    }

    /// No verdict, because of the frontend.
    static func overload(_ reason: String) -> Finding {
        Finding(.unavailable(Unavailability(reason)), source: .frontend)
    }
}

extension Throttle.Outcome {
    /// The outcome for the throttle; `isOfLogin` if only this login gets no verdict.
    init(_ verdict: Verdict, isOfLogin: Bool) {
        self =
            switch verdict {
            case .accepted: .accepted
            case .refused: .refused
            case .unavailable: isOfLogin ? .undecided : .unavailable
            }
    }
}
