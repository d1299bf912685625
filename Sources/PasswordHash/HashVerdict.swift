/// What comparing a password with a stored hash found out.
package enum HashVerdict: Hashable, Sendable {
    case matches(HashScheme)
    case differs(HashScheme)
    /// Locked or no hash at all: empty, `*…`, `!…`; never matches.
    case locked
    /// The stored value cannot be used: unknown scheme, damaged, too costly, weak and not allowed.
    ///
    /// The reason is for the log: it names scheme and problem, never any part of salt, hash or password.
    case unusable(String)
}

/// Why a stored hash cannot be used.
enum HashProblem: Error, Equatable {
    case damaged
    case weak
    case tooCostly(asked: String, limit: String)
    /// The library that computes it failed.
    case failed

    /// The problem of a hash of `scheme` as a part of a log line.
    func description(of scheme: HashScheme) -> String {
        switch self {
        case .damaged: "the \(scheme.name) hash is damaged"
        case .weak: "\(scheme.name) is weak; it is taken where scheme= names it, or with allow_weak=yes"
        case .tooCostly(let asked, let limit): "the \(scheme.name) hash asks for \(asked), above the limit of \(limit)"
        case .failed: "the \(scheme.name) hash could not be computed"
        }
    }
}
