internal import Authentication

/// The hash that stands for those of users who are not there: one of the commonest kind seen, so that their requests take as long as
/// most others.
///
/// Each hash counts once, however often its user logs in: nobody makes his own kind the commonest by himself.
struct CommonestHash: ~Copyable, Sendable {
    /// What makes two hashes cost the same.
    struct Kind: Hashable {
        let scheme: HashScheme
        let cost: HashCost
    }

    /// How many hashes are told apart; older ones then count half.
    private static let mostHashes = 4096
    /// How many kinds are counted; no system has so many.
    private static let mostKinds = 64

    /// What to compute with; `nil` where that is next to nothing.
    private(set) var specimen: Secret?
    private var kind: Kind?
    private var counts: [Kind: Int] = [:]
    /// Keyed digests of the hashes that were counted.
    private var seen: Set<Int> = []

    /// Begins with `specimen`, which the first hash takes the place of.
    init(_ specimen: consuming Secret?) {
        // Swift 6.3 miscompiles the assignment of the whole optional.
        switch consume specimen {
        case .some(let hash): self.specimen = .some(hash)
        case nil: self.specimen = nil
        }
    }

    /// Counts `hash`, and keeps it where its kind is the commonest now.
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
        // Clear text costs nothing, and is none that should stay in memory.
        specimen = new.scheme == .plain ? nil : Secret(copying: span)
    }

    private mutating func age() {
        seen.removeAll(keepingCapacity: true)
        counts = counts.mapValues { $0 / 2 }.filter { $0.value > 0 || $0.key == kind }
    }
}
