internal import Authentication
internal import Digests

/// A phpass hash: `$P$` or `$H$` with MD5, or Drupal 7's `$S$` with SHA-512.
///
/// After the prefix come one character for the logarithm of the rounds, eight characters of salt, and the hash. A
/// leading `U` means that the password was first replaced by its MD5 digest in hexadecimal, to upgrade older hashes.
struct PHPassHash: ~Copyable {
    private let algorithm: DigestAlgorithm
    private let isOfMD5: Bool
    private let logarithm: Int
    private let salt: Secret
    private let digest: Secret

    init(_ stored: Span<UInt8>) throws(HashProblem) {
        guard HashForm.prefixed(stored) == .phpass else { throw .damaged }
        let isOfMD5 = stored[0] == UInt8(ascii: "U")
        let hash = stored.extracting((isOfMD5 ? 1 : 0)...)
        let algorithm = hash[1] == UInt8(ascii: "S") ? DigestAlgorithm.sha512 : .md5
        guard hash.count == min(Self.longest, Self.start + (algorithm.length * 8 + 5) / 6),
            let logarithm = CryptAlphabet.value(of: hash[3]), 7...30 ~= logarithm
        else { throw .damaged }
        self.algorithm = algorithm
        self.isOfMD5 = isOfMD5
        self.logarithm = logarithm
        salt = Secret(copying: hash.extracting(4..<Self.start))
        digest = Secret(copying: hash.extracting(Self.start...))
    }

    func matches(_ password: borrowing Secret, _ work: inout HashWork) throws(HashProblem) -> Bool {
        try work.admit(.rounds(1 << logarithm))
        guard isOfMD5 else { return try isMade(of: password) }
        guard let md5 = DigestAlgorithm.md5.digest(password.span) else { throw .failed }
        return try isMade(of: md5.hexadecimal)
    }

    private func isMade(of password: borrowing Secret) throws(HashProblem) -> Bool {
        guard let context = DigestContext(algorithm), var value = context.digest(salt.span, password.span) else {
            throw .failed
        }
        for _ in 0..<1 << logarithm {
            guard let next = context.digest(value.span, password.span) else { throw .failed }
            value = next
        }
        return Self.text(of: value, count: digest.count).isEqual(to: digest)
    }

    /// The first `count` characters of phpass's base64: three bytes at a time, low bits first.
    private static func text(of bytes: borrowing Secret, count: Int) -> Secret {
        Secret(capacity: bytes.count / 3 * 4 + 4) { output in
            let bytes = bytes.span
            for index in stride(from: 0, to: bytes.count, by: 3) {
                let group = min(3, bytes.count - index)
                var value = 0
                for place in 0..<group { value |= Int(bytes[index + place]) << (8 * place) }
                for place in 0...group where output.count < count {
                    output.append(CryptAlphabet.character(of: value >> (6 * place)))
                }
            }
        }
    }

    /// The index at which the hash begins.
    private static let start = 12

    /// The length at which Drupal cuts its hashes, in characters.
    private static let longest = 55
}

extension PHPassHash {
    static let schemes: [HashScheme] = [.phpass]
}

extension HashScheme {
    /// phpass, including Drupal 7.
    package static let phpass = HashScheme(
        HashTraits(
            "PHPASS",
            aliases: ["DRUPAL7"],
            pamMySQLNames: ["5", "drupal7"],
            prefixes: ["$S$", "$P$", "$H$", "U$S$", "U$P$", "U$H$"],
            specimen: "$P$HcschXcAhRtGHFxt/7LmQ..ae.eVeJ/",
            matches: { password, hash, _, work throws(HashProblem) in
                try PHPassHash(hash.bytes).matches(password, &work)
            }
        )
    )
}
