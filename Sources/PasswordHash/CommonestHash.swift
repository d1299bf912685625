internal import Authentication

/// A hash of the commonest kind seen, which is compared with for unknown users.
///
/// Requests for them thus take as long as most others.
///
/// Each hash counts once, however often its user logs in, so that one user cannot make the kind of their own hash the
/// commonest.
struct CommonestHash: ~Copyable, Sendable {
    /// Two hashes of the same kind take equally long.
    struct Kind: Hashable {
        let scheme: HashScheme
        let cost: HashCost
    }

    /// The number of hashes to remember; when it is exceeded, all are forgotten and the counts are halved.
    private static let mostHashes = 4096
    /// The number of kinds that are counted, more than any system has.
    private static let mostKinds = 64

    /// The hash to compare with; `nil` when a comparison takes next to no time.
    private(set) var specimen: Secret?
    private var kind: Kind?
    private var counts: [Kind: Int] = [:]
    /// Keyed digests of the hashes already counted.
    private var seen: Set<Int> = []

    /// Starts with `specimen`, which the first real hash replaces.
    init(_ specimen: consuming Secret?) {
        // Swift 6.3 miscompiles the assignment of the whole optional.
        switch consume specimen {
        case .some(let hash): self.specimen = .some(hash)
        case nil: self.specimen = nil
        }
    }

    /// Counts `hash`, and keeps it if its kind is now the commonest.
    mutating func saw(_ hash: borrowing Secret, of new: Kind) {
        var hasher = Hasher()
        let span = hash.span
        for index in span.indices { hasher.combine(span[index]) }
        guard seen.insert(hasher.finalize()).inserted else { return }
        if seen.count > Self.mostHashes { age() }
        guard counts[new] != nil || counts.count < Self.mostKinds else { return }
        let count = counts[new, default: 0] + 1
        counts[new] = count
        guard kind != new, count > kind.flatMap({ counts[$0] }) ?? 0 else { return }
        kind = new
        // Comparing clear text takes no time, and clear text must not stay in memory.
        specimen = new.scheme == .plain ? nil : Secret(copying: span)
    }

    private mutating func age() {
        seen.removeAll(keepingCapacity: true)
        counts = counts.mapValues { $0 / 2 }.filter { $0.value > 0 || $0.key == kind }
    }
}
