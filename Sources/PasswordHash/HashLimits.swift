/// The limits on the cost of one stored hash.
///
/// The defaults exceed what programs use by default, and amount to a few seconds of one processor.
package struct HashLimits: Sendable, Hashable {
    /// Memory for Argon2, yescrypt and scrypt, in bytes.
    ///
    /// Default: 1 GiB, the largest that mkpasswd(1) and libsodium use.
    package var memory = 1 << 30

    /// Memory times the number of passes over it, in bytes.
    ///
    /// Default: 2 GiB, the most that RFC 9106 recommends.
    package var memoryTraffic = 2 << 30

    /// Rounds of a digest in crypt(3), PBKDF2, SCRAM and phpass.
    ///
    /// Default: 5,000,000.
    package var rounds = 5_000_000

    /// The cost of bcrypt, which is the binary logarithm of its rounds.
    ///
    /// Default: 15.
    package var bcryptCost = 15

    package init() {}

    /// Throws when `cost` exceeds a limit.
    func admit(_ cost: HashCost) throws(HashProblem) {
        switch cost {
        case .fixed:
            break
        case .rounds(let count):
            guard count <= rounds else { throw .tooCostly(asked: "\(count) rounds", limit: "\(rounds)") }
        case .bcrypt(let cost):
            guard cost <= bcryptCost else { throw .tooCostly(asked: "cost \(cost)", limit: "\(bcryptCost)") }
        case .memory(let bytes, let passes):
            guard bytes <= memory else {
                throw .tooCostly(asked: "\(mebibytes(bytes)) of memory", limit: mebibytes(memory))
            }
            let (traffic, isTooLarge) = bytes.multipliedReportingOverflow(by: passes)
            guard !isTooLarge, traffic <= memoryTraffic else {
                throw .tooCostly(
                    asked: "\(passes) passes over \(mebibytes(bytes))",
                    limit: "\(mebibytes(memoryTraffic)) in all"
                )
            }
        }
    }

    /// `bytes` in MiB, rounded up.
    private func mebibytes(_ bytes: Int) -> String {
        "\((bytes - 1) >> 20 + 1) MiB"
    }
}

/// The cost of computing a hash.
enum HashCost: Hashable {
    /// Small enough to need no limit.
    case fixed
    case rounds(Int)
    /// The logarithm of the rounds.
    case bcrypt(Int)
    case memory(bytes: Int, passes: Int)
}
