package import Authentication
package import Digests

/// How a stored value can serve a login with SCRAM.
package enum StoredProof: Hashable, Sendable {
    /// It is a hash for SCRAM, with this salt and these rounds.
    case kept(SCRAMParameters)
    /// It is a password in clear text, which serves any salt.
    case clear
    /// It is empty or locked.
    case locked
    /// The reason is for the log. It never names any part of salt, hash or password.
    case unusable(String)
}

extension PasswordVerifier {
    /// How `stored` can serve `scheme`.
    package func storedProof(in stored: borrowing Secret, for scheme: SASLMechanism) -> StoredProof {
        switch secret(in: stored, for: scheme) {
        case .hash(let hash):
            switch hash.parameters {
            case .some(let parameters): .kept(parameters)
            case nil: .unusable("the \(scheme.name) hash has a salt or rounds that clients refuse")
            }
        case .clear: .clear
        case .locked: .locked
        case .unusable(let reason): .unusable(reason)
        }
    }

    /// Checks a proof with the value `stored`; `nil` if it cannot serve with the salt and the rounds of `request`.
    ///
    /// The keys of a hash take next to no time, and clear text takes the time of the rounds.
    package func verify(_ request: borrowing ProveRequest, against stored: borrowing Secret) -> ProofVerdict? {
        switch secret(in: stored, for: request.scheme) {
        case .hash(let hash):
            guard let parameters = hash.parameters, parameters == request.parameters else { return nil }
            return hash.keys.verify(proof: request.proof.span, of: request.text.bytes.span)
        case .clear(let password): return PasswordProof.verify(request, password: password.span)
        case .locked: return nil
        case .unusable: return nil
        }
    }

    /// Takes as long as a proof with a password in clear text.
    package func spend(on request: borrowing ProveRequest) {
        _ = PasswordProof.verify(request, password: Self.nobodys.span)
    }

    /// A password whose verdict is ignored.
    private static let nobodys = Array("password".utf8)

    private enum ProofSecret: ~Copyable {
        case hash(SCRAMHash)
        case clear(Secret)
        case locked
        case unusable(String)
    }

    private func secret(in stored: borrowing Secret, for scheme: SASLMechanism) -> ProofSecret {
        switch HashMark.read(stored.span, policy) {
        case .locked: return .locked
        case .unusable(let reason): return .unusable(reason)
        case .hash(let mark):
            let rest = stored.span.extracting(mark.start...)
            let decoded: Secret?
            switch mark.encoding {
            case .base64: decoded = Secret.decoding(base64: rest)
            case .hexadecimal: decoded = Secret.decoding(hexadecimal: rest)
            case nil: return secret(in: StoredHash(rest), of: mark.scheme, for: scheme)
            }
            switch decoded {
            case .some(let bytes):
                return secret(in: StoredHash(bytes.span, isDecoded: true), of: mark.scheme, for: scheme)
            case nil: return .unusable(HashProblem.damaged.description(of: mark.scheme))
            }
        }
    }

    private func secret(
        in hash: borrowing StoredHash,
        of marked: HashScheme,
        for scheme: SASLMechanism
    ) -> ProofSecret {
        if hash.isLocked(marked) { return .locked }
        let kind = hash.scheme(marked: marked)
        guard policy.admits(kind) else { return .unusable(HashProblem.weak.description(of: kind)) }
        // As with a password, a zero byte is in no password.
        if kind == .plain, hash.bytes.areAll({ $0 != 0 }) { return .clear(Secret(copying: hash.bytes)) }
        guard let algorithm = scheme.scramAlgorithm, kind == (algorithm == .sha1 ? .scramSHA1 : .scramSHA256) else {
            return .unusable("the \(kind.name) hash cannot serve \(scheme.name)")
        }
        do throws(HashProblem) {
            return .hash(try SCRAMHash(algorithm, hash.bytes))
        } catch {
            return .unusable(error.description(of: kind))
        }
    }
}
