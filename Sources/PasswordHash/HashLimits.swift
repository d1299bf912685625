/// What a stored hash may ask for.
///
/// The defaults are more than programs ask for by themselves, and come to some seconds of one processor.
package struct HashLimits: Sendable, Hashable {
    /// Memory of Argon2, yescrypt and scrypt, in bytes.
    ///
    /// Default: 1 GiB, the largest that mkpasswd(1) and libsodium ask for.
    package var memory = 1 << 30

    /// Memory times passes over it, in bytes.
    ///
    /// Default: 2 GiB, what RFC 9106 recommends at the most.
    package var memoryTraffic = 2 << 30

    /// Rounds of a digest: of crypt(3), PBKDF2, SCRAM and phpass.
    ///
    /// Default: 5,000,000.
    package var rounds = 5_000_000

    /// The cost of bcrypt, the logarithm of its rounds.
    ///
    /// Default: 15.
    package var bcryptCost = 15

    package init() {}

    /// Refuses a hash that asks for more.
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

    /// So many bytes as text, no fewer.
    private func mebibytes(_ bytes: Int) -> String {
        "\((bytes - 1) >> 20 + 1) MiB"
    }
}

/// What a hash asks for to be computed.
enum HashCost: Hashable {
    /// What nobody needs to limit.
    case fixed
    case rounds(Int)
    /// The logarithm of the rounds.
    case bcrypt(Int)
    case memory(bytes: Int, passes: Int)
}
