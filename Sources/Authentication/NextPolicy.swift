/// Which refusals lead to the next mechanism, if there are several.
package enum NextPolicy: String, CaseIterable, Sendable {
    /// Only if the user is unknown to the previous mechanism.
    case unknown
    /// Any refusal.
    case refused

    /// Whether the next mechanism is asked after a verdict.
    package func goesOn(after verdict: Verdict) -> Bool {
        switch (verdict, self) {
        case (.refused(.unknownUser), _), (.refused, .refused): true
        case (.refused, .unknown), (.accepted, _), (.unavailable, _): false
        }
    }
}
