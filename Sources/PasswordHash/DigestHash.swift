internal import Authentication
internal import Digests

/// An unsalted digest of the password, in hexadecimal or base64.
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

/// A digest of the password followed by the salt: digest and salt together in base64.
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

extension DigestHash {
    static let schemes: [HashScheme] = [.md5, .sha1, .sha256, .sha384, .sha512]

    fileprivate static func scheme(
        _ name: String,
        aliases: [String] = [],
        pamMySQLNames: [String] = [],
        _ algorithm: DigestAlgorithm,
        meaning: @escaping @Sendable (borrowing StoredHash) -> HashScheme? = { _ in nil }
    ) -> HashScheme {
        HashScheme(
            HashTraits(
                name,
                aliases: aliases,
                pamMySQLNames: pamMySQLNames,
                meaning: meaning,
                lock: .anyBeginningOfText,
                matches: { password, hash, _, _ throws(HashProblem) in try DigestHash(algorithm, hash).matches(password)
                }
            )
        )
    }
}

extension SaltedHash {
    static let schemes: [HashScheme] = [.saltedMD5, .saltedSHA1, .saltedSHA256, .saltedSHA384, .saltedSHA512]

    fileprivate static func scheme(
        _ name: String,
        pamMySQLNames: [String] = [],
        _ algorithm: DigestAlgorithm
    ) -> HashScheme {
        HashScheme(
            HashTraits(
                name,
                pamMySQLNames: pamMySQLNames,
                lock: .anyBeginningOfText,
                matches: { password, hash, _, _ throws(HashProblem) in try SaltedHash(algorithm, hash).matches(password)
                }
            )
        )
    }
}

extension HashScheme {
    package static let md5 = DigestHash.scheme(
        "PLAIN-MD5",
        aliases: ["LDAP-MD5", "MD5", "MD5RAW"],
        pamMySQLNames: ["3", "md5"],
        .md5,
        // Dovecot uses {MD5} for `$1$…` too.
        meaning: { hash in
            hash.isDecoded && hash.bytes.count == DigestAlgorithm.md5.length ? nil : HashForm.prefixed(hash.bytes)
        }
    )
    package static let sha1 = DigestHash.scheme("SHA1", aliases: ["SHA"], pamMySQLNames: ["4", "sha1"], .sha1)
    package static let sha256 = DigestHash.scheme(
        "SHA256",
        pamMySQLNames: ["9", "sha256"],
        .sha256,
        meaning: { hash in !hash.isDecoded && JoomlaHash.isSaltedSHA256(hash.bytes) ? .joomla : nil }
    )
    package static let sha384 = DigestHash.scheme("SHA384", .sha384)
    package static let sha512 = DigestHash.scheme("SHA512", pamMySQLNames: ["8", "sha512"], .sha512)

    package static let saltedMD5 = SaltedHash.scheme("SMD5", .md5)
    package static let saltedSHA1 = SaltedHash.scheme("SSHA", pamMySQLNames: ["7", "ssha"], .sha1)
    package static let saltedSHA256 = SaltedHash.scheme("SSHA256", .sha256)
    package static let saltedSHA384 = SaltedHash.scheme("SSHA384", .sha384)
    package static let saltedSHA512 = SaltedHash.scheme("SSHA512", .sha512)
}
