internal import Crypt

/// The limits and buffers for computing hashes, and the cost of the last one.
struct HashWork: ~Copyable, Sendable {
    private let limits: HashLimits
    private(set) var cost = HashCost.fixed
    var crypt = Crypt()

    init(_ limits: HashLimits) {
        self.limits = limits
    }

    /// Starts another hash.
    mutating func begin() {
        cost = .fixed
    }

    /// Throws when `cost` exceeds the limits, and remembers it otherwise.
    mutating func admit(_ cost: HashCost) throws(HashProblem) {
        try limits.admit(cost)
        self.cost = cost
    }
}
