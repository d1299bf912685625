internal import Authentication

/// The replies to clients, from mechanisms, the cache or the frontend itself, since the frontend started.
struct AnswerTally: Hashable {
    private(set) var accepted = 0
    private(set) var refused = 0
    /// Temporary failures.
    private(set) var unavailable = 0

    mutating func count(_ verdict: Verdict) {
        switch verdict {
        case .accepted: accepted += 1
        case .refused: refused += 1
        case .unavailable: unavailable += 1
        }
    }
}
