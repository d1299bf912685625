package import Authentication
internal import Digests

/// Compares passwords with stored hashes, and spends the same time for users who have none.
package struct PasswordVerifier: ~Copyable, Sendable {
    let policy: HashPolicy
    private var work: HashWork
    private let seen: SeenHashes

    /// The hash to compare with when there is no usable one; `nil` when a comparison takes next to no time.
    var dummy: Secret? { seen.specimen }

    package init(_ policy: HashPolicy) { self.init(policy, SeenHashes(policy)) }

    /// Shares with other verifiers what they have seen, so that all of them spend the same time.
    package init(_ policy: HashPolicy, _ seen: SeenHashes) {
        self.policy = policy
        self.seen = seen
        work = HashWork(policy.limits)
    }

    /// Compares `password` with the hash `stored`.
    ///
    /// Takes as long as `spend(on:)` when `stored` is locked or unusable.
    package mutating func verify(_ password: borrowing Secret, against stored: borrowing Secret) -> HashVerdict {
        let verdict = compare(password, stored)
        switch verdict {
        case .matches(let scheme), .differs(let scheme):
            seen.saw(stored, of: CommonestHash.Kind(scheme: scheme, cost: work.cost))
        case .locked, .unusable: spend(on: password)
        }
        return verdict
    }

    /// Takes as long as `verify` does for the commonest kind of hash; for users who do not exist.
    ///
    /// Before any hash has been seen, takes as long as a usual hash of the policy's scheme, or of SHA512-CRYPT.
    package mutating func spend(on password: borrowing Secret) {
        switch dummy {
        case .some(let hash): _ = compare(password, hash)
        case nil: break
        }
    }

    private mutating func compare(_ password: borrowing Secret, _ stored: borrowing Secret) -> HashVerdict {
        switch HashMark.read(stored.span, policy) {
        case .locked: return .locked
        case .unusable(let reason): return .unusable(reason)
        case .hash(let mark): return compare(password, stored.span.extracting(mark.start...), mark)
        }
    }

    private mutating func compare(
        _ password: borrowing Secret,
        _ hash: Span<UInt8>,
        _ mark: HashMark
    ) -> HashVerdict {
        let decoded: Secret?
        switch mark.encoding {
        case .base64: decoded = Secret.decoding(base64: hash)
        case .hexadecimal: decoded = Secret.decoding(hexadecimal: hash)
        case nil: return compare(password, mark.scheme, StoredHash(hash))
        }
        switch decoded {
        case .some(let bytes): return compare(password, mark.scheme, StoredHash(bytes.span, isDecoded: true))
        case nil: return .unusable(HashProblem.damaged.description(of: mark.scheme))
        }
    }

    private mutating func compare(
        _ password: borrowing Secret,
        _ marked: HashScheme,
        _ hash: borrowing StoredHash
    ) -> HashVerdict {
        if hash.isLocked(marked) { return .locked }
        let scheme = hash.scheme(marked: marked)
        do throws(HashProblem) {
            guard policy.admits(scheme) else { throw .weak }
            work.begin()
            let isSame = try scheme.traits.matches(password, hash, scheme, &work)
            // For crypt(3) a zero byte ends the password, and HMAC ignores trailing ones.
            return isSame && password.span.areAll({ $0 != 0 }) ? .matches(scheme) : .differs(scheme)
        } catch {
            return .unusable(error.description(of: scheme))
        }
    }
}
