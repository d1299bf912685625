package import Authentication

/// The keys by which a server checks a login with SCRAM (RFC 5802); the password cannot be read from them.
///
/// Whoever has the stored key and sees one exchange can log in as a client, and whoever has the server key can pose as
/// the server. Both stay in the program that reads them.
package struct SCRAMKeys: ~Copyable, Sendable {
    package let algorithm: DigestAlgorithm
    package let storedKey: Secret
    package let serverKey: Secret

    /// Takes stored keys; `nil` unless both have the length of a digest.
    package init?(_ algorithm: DigestAlgorithm, storedKey: consuming Secret, serverKey: consuming Secret) {
        guard storedKey.count == algorithm.length, serverKey.count == algorithm.length else { return nil }
        self.algorithm = algorithm
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// Computes the keys of `password`; `nil` when that is impossible.
    ///
    /// The time is proportional to `rounds`. The password is used as it is, without SASLprep.
    package init?(
        _ algorithm: DigestAlgorithm,
        password: Span<UInt8>,
        salt: Span<UInt8>,
        rounds: Int
    ) {
        guard let keys = SCRAMClientKeys(algorithm, password: password, salt: salt, rounds: rounds) else { return nil }
        self = keys.intoServersKeys()
    }

    /// Takes keys of the length of a digest.
    init(_ algorithm: DigestAlgorithm, stored: consuming Secret, server: consuming Secret) {
        self.algorithm = algorithm
        storedKey = stored
        serverKey = server
    }

    /// Checks a client's `proof` for `text`, which RFC 5802 calls AuthMessage.
    ///
    /// The time depends on the lengths alone.
    package func verify(proof: Span<UInt8>, of text: Span<UInt8>) -> ProofVerdict {
        guard let clientSignature = algorithm.hmac(key: storedKey.span, text),
            let serverSignature = algorithm.hmac(key: serverKey.span, text)
        else { return .failed }
        guard proof.count == algorithm.length else { return .differs }
        let clientKey = clientSignature.combined(with: proof)
        guard let computed = algorithm.digest(clientKey.span) else { return .failed }
        return computed.isEqual(to: storedKey) ? .proven(signature: serverSignature) : .differs
    }

    /// The proof by which a client shows that it knows `password`; `nil` when that is impossible.
    package static func proof(
        _ algorithm: DigestAlgorithm,
        password: Span<UInt8>,
        salt: Span<UInt8>,
        rounds: Int,
        of text: Span<UInt8>
    ) -> Secret? {
        SCRAMClientKeys(algorithm, password: password, salt: salt, rounds: rounds)?.proof(of: text)
    }
}

extension Secret {
    /// The exclusive or with `other`, which has the same length.
    func combined(with other: Span<UInt8>) -> Secret {
        precondition(count == other.count)
        return Secret(capacity: count) { output in
            let bytes = span
            for index in bytes.indices { output.append(bytes[index] ^ other[index]) }
        }
    }
}
