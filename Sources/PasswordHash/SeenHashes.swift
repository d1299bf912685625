package import Authentication
internal import Synchronization

/// The hashes that verifiers have seen, which may be on several threads: how long a check takes for users who have none.
package final class SeenHashes: Sendable {
    private let commonest: Mutex<CommonestHash>

    /// Starts with a usual hash of the scheme of `policy`.
    package init(_ policy: HashPolicy) {
        commonest = Mutex(CommonestHash(HashTraits.specimen(of: policy.scheme)))
    }

    /// A copy of the hash to compare with; `nil` when a comparison takes next to no time.
    package var specimen: Secret? {
        commonest.withLock { commonest in
            switch commonest.specimen {
            case .some(let hash): Secret(copying: hash.span)
            case nil: nil
            }
        }
    }

    func saw(_ hash: borrowing Secret, of kind: CommonestHash.Kind) {
        commonest.withLock { $0.saw(hash, of: kind) }
    }
}
