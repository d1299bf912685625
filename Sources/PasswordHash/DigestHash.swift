internal import Authentication
internal import Digests

/// A digest of the password alone, in hexadecimal or base64.
struct DigestHash: ~Copyable {
    private let algorithm: DigestAlgorithm
    private let digest: Secret

    init(_ algorithm: DigestAlgorithm, _ hash: borrowing StoredHash) throws(HashProblem) {
        let digest =
            if hash.isDecoded {
                Optional(Secret(copying: hash.bytes))
            } else if hash.bytes.count == algorithm.length * 2 {
                Secret.decoding(hexadecimal: hash.bytes)
            } else {
                Secret.decoding(base64: hash.bytes)
            }
        guard let digest, digest.count == algorithm.length else { throw .damaged }
        self.algorithm = algorithm
        self.digest = digest
    }

    func matches(_ password: borrowing Secret) throws(HashProblem) -> Bool {
        guard let computed = algorithm.digest(password.span) else { throw .failed }
        return computed.isEqual(to: digest)
    }
}

/// A digest of password and salt, the salt behind it, in base64.
struct SaltedHash: ~Copyable {
    private let algorithm: DigestAlgorithm
    private let digestAndSalt: Secret

    init(_ algorithm: DigestAlgorithm, _ hash: borrowing StoredHash) throws(HashProblem) {
        let bytes = hash.isDecoded ? Optional(Secret(copying: hash.bytes)) : Secret.decoding(base64: hash.bytes)
        guard let bytes, bytes.count > algorithm.length else { throw .damaged }
        self.algorithm = algorithm
        digestAndSalt = bytes
    }

    func matches(_ password: borrowing Secret) throws(HashProblem) -> Bool {
        let (digest, salt) = (
            digestAndSalt.span.extracting(first: algorithm.length), digestAndSalt.span.extracting(algorithm.length...)
        )
        guard let computed = algorithm.digest(password.span, salt) else { throw .failed }
        return computed.isEqual(to: digest)
    }
}
