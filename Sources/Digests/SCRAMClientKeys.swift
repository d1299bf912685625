package import Authentication

/// The keys by which a client logs in with SCRAM (RFC 5802), computed from a password, a salt and a number of rounds.
///
/// RFC 5802 allows clients to keep them instead of the password. Whoever has them can log in with that salt.
package struct SCRAMClientKeys: ~Copyable, Sendable {
    private static let clientLabel = Array("Client Key".utf8)
    private static let serverLabel = Array("Server Key".utf8)

    private let algorithm: DigestAlgorithm
    private let clientKey: Secret
    private let storedKey: Secret
    private let serverKey: Secret

    /// Computes the keys; `nil` when that is impossible.
    ///
    /// The time is proportional to `rounds`. The password is used as it is, without SASLprep.
    package init?(_ algorithm: DigestAlgorithm, password: Span<UInt8>, salt: Span<UInt8>, rounds: Int) {
        guard let salted = algorithm.pbkdf2(password, salt: salt, rounds: rounds, count: algorithm.length),
            let clientKey = algorithm.hmac(key: salted.span, Self.clientLabel.span),
            let storedKey = algorithm.digest(clientKey.span),
            let serverKey = algorithm.hmac(key: salted.span, Self.serverLabel.span)
        else { return nil }
        self.algorithm = algorithm
        // A value whose span was used cannot be moved.
        self.clientKey = Secret(copying: clientKey.span)
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// The keys that a server keeps of the same password.
    consuming func intoServersKeys() -> SCRAMKeys {
        SCRAMKeys(algorithm, stored: storedKey, server: serverKey)
    }

    /// The proof by which the client shows that it knows the password, for `text`, which RFC 5802 calls AuthMessage.
    package func proof(of text: Span<UInt8>) -> Secret? {
        algorithm.hmac(key: storedKey.span, text)?.combined(with: clientKey.span)
    }

    /// The signature by which the server shows that it knows the password, too.
    package func serverSignature(of text: Span<UInt8>) -> Secret? {
        algorithm.hmac(key: serverKey.span, text)
    }
}
