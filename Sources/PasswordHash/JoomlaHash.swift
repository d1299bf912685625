internal import Authentication
internal import Digests

/// A Joomla hash: `md5:salt`, or `{SHA256}sha256:salt`; both digests are of password and salt, in hexadecimal.
struct JoomlaHash: ~Copyable {
    private let algorithm: DigestAlgorithm
    private let digest: Secret
    private let salt: Secret

    init(_ hash: Span<UInt8>) throws(HashProblem) {
        let colon = hash.split(UInt8(ascii: ":"))[0].upperBound
        guard colon < hash.count, let digest = Secret.decoding(hexadecimal: hash.extracting(first: colon)) else {
            throw .damaged
        }
        guard let algorithm = [DigestAlgorithm.md5, .sha256].first(where: { $0.length == digest.count }) else {
            throw .damaged
        }
        self.algorithm = algorithm
        self.digest = digest
        salt = Secret(copying: hash.extracting((colon + 1)...))
    }

    func matches(_ password: borrowing Secret) throws(HashProblem) -> Bool {
        guard let computed = algorithm.digest(password.span, salt.span) else { throw .failed }
        return computed.isEqual(to: digest)
    }

    /// Whether the text after `{SHA256}` is a Joomla hash.
    static func isSaltedSHA256(_ hash: Span<UInt8>) -> Bool {
        let digits = DigestAlgorithm.sha256.length * 2
        return hash.count > digits && hash[digits] == UInt8(ascii: ":")
            && hash.extracting(first: digits).areAll(HashForm.isHexadecimal)
    }
}

extension JoomlaHash {
    static let schemes: [HashScheme] = [.joomla]
}

extension HashScheme {
    package static let joomla = HashScheme(
        HashTraits(
            "JOOMLA",
            aliases: ["JOOMLA15"],
            pamMySQLNames: ["6", "joomla15"],
            // Joomla uses bcrypt too.
            meaning: { HashForm.prefixed($0.bytes) },
            matches: { password, hash, _, _ throws(HashProblem) in try JoomlaHash(hash.bytes).matches(password) }
        )
    )
}
