internal import Crypt

/// What computing hashes needs, and what the last of them has asked for.
struct HashWork: ~Copyable, Sendable {
    private let limits: HashLimits
    private(set) var cost = HashCost.fixed
    var crypt = Crypt()

    init(_ limits: HashLimits) {
        self.limits = limits
    }

    /// Begins with another hash.
    mutating func begin() {
        cost = .fixed
    }

    /// Refuses a hash that asks for more than the limits allow.
    mutating func admit(_ cost: HashCost) throws(HashProblem) {
        try limits.admit(cost)
        self.cost = cost
    }
}
