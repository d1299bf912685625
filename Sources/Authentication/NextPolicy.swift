/// After which refusals the next mechanism is asked, where several are.
package enum NextPolicy: String, CaseIterable, Sendable {
    /// When the user is unknown to the one before.
    case unknown
    /// After any.
    case refused

    /// Whether the next mechanism is asked after a verdict.
    package func goesOn(after verdict: Verdict) -> Bool {
        switch (verdict, self) {
        case (.refused(.unknownUser), _), (.refused, .refused): true
        case (.refused, .unknown), (.accepted, _), (.unavailable, _): false
        }
    }
}
