/// The verdict of comparing a password with a stored hash.
package enum HashVerdict: Hashable, Sendable {
    case matches(HashScheme)
    case differs(HashScheme)
    /// Locked, or no hash: empty, `*…`, `!…`; never matches.
    case locked
    /// The stored value cannot be used: unknown scheme, weak and not allowed, damaged, or too costly.
    ///
    /// The reason is for the log. It names scheme and problem, never any part of salt, hash or password.
    case unusable(String)
}

/// Why a stored hash cannot be used.
enum HashProblem: Error, Equatable {
    case damaged
    case weak
    case tooCostly(asked: String, limit: String)
    /// The library that computes it failed.
    case failed

    /// The problem with a hash of `scheme`, as part of a log line.
    func description(of scheme: HashScheme) -> String {
        switch self {
        case .damaged: "the \(scheme.name) hash is damaged"
        case .weak: "\(scheme.name) is weak; to accept it, name it in scheme= or set allow_weak=yes"
        case .tooCostly(let asked, let limit): "the \(scheme.name) hash needs \(asked), the limit is \(limit)"
        case .failed: "the \(scheme.name) hash could not be computed"
        }
    }
}
