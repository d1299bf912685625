package import Authentication

/// The result of checking a client's proof that it knows a password.
package enum ProofVerdict: ~Copyable, Sendable {
    /// The client knows the password; `signature` shows it that the server does too, and is empty for CRAM-MD5.
    case proven(signature: Secret)
    case differs
    /// OpenSSL does not offer the digest.
    case failed
}

/// Checks proofs of a password that is kept in clear text.
package enum PasswordProof {
    /// The challenge schemes whose digests OpenSSL offers: all, but for CRAM-MD5 in FIPS mode.
    package static let schemes = Set(SASLMechanism.allCases.filter(canCompute))

    private static func canCompute(_ scheme: SASLMechanism) -> Bool {
        let probe: [UInt8] = [1]
        return switch scheme.digestAlgorithm?.hmac(key: probe.span, probe.span) {
        case .some: true
        case nil: false
        }
    }

    /// Checks the proof of `request` with `password`, which must not be empty.
    ///
    /// The time depends on the scheme, the rounds and the lengths alone.
    package static func verify(_ request: borrowing ProveRequest, password: Span<UInt8>) -> ProofVerdict {
        guard let algorithm = request.scheme.digestAlgorithm, !password.isEmpty else { return .failed }
        guard request.scheme.hasParameters else {
            guard let digest = algorithm.hmac(key: password, request.text.bytes.span) else { return .failed }
            return digest.isEqual(to: request.proof) ? .proven(signature: Secret(copying: Span())) : .differs
        }
        guard let parameters = request.parameters,
            let keys = SCRAMKeys(
                algorithm,
                password: password,
                salt: parameters.salt.bytes.span,
                rounds: Int(parameters.rounds)
            )
        else { return .failed }
        return keys.verify(proof: request.proof.span, of: request.text.bytes.span)
    }
}

extension SASLMechanism {
    /// The digest of a mechanism with a challenge; `nil` for others.
    var digestAlgorithm: DigestAlgorithm? { self == .cramMD5 ? .md5 : scramAlgorithm }

    /// The digest of a SCRAM mechanism; `nil` for others.
    package var scramAlgorithm: DigestAlgorithm? {
        switch self {
        case .scramSHA1: .sha1
        case .scramSHA256: .sha256
        case .plain, .login, .cramMD5: nil
        }
    }
}
