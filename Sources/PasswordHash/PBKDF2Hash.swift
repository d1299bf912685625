internal import Authentication
internal import Digests

/// A PBKDF2 hash (RFC 8018).
///
/// Dovecot writes `$1$salt$rounds$hash`, with the salt as text and the hash in hexadecimal. OpenLDAP, FreeIPA, mailcow
/// and passlib write `rounds$salt$hash`, both in base64; passlib also puts `$pbkdf2-sha512$` before it.
struct PBKDF2Hash: ~Copyable {
    private let algorithm: DigestAlgorithm
    private let rounds: Int
    private let salt: Secret
    private let digest: Secret

    init(_ algorithm: DigestAlgorithm, _ hash: Span<UInt8>) throws(HashProblem) {
        let parts = hash.split(UInt8(ascii: "$"))
        let isDovecot = hash.starts(with: "$1$")
        let first = hash.starts(with: "$pbkdf2") ? 2 : 0
        guard parts.count == (isDovecot ? 5 : first + 3), let rounds = hash.number(in: parts[isDovecot ? 3 : first])
        else { throw .damaged }
        let salt: Secret?
        let digest: Secret?
        if isDovecot {
            salt = Secret(copying: hash.extracting(parts[2]))
            digest = Secret.decoding(hexadecimal: hash.extracting(parts[4]))
        } else {
            salt = Secret.decoding(base64: hash.extracting(parts[first + 1]))
            digest = Secret.decoding(base64: hash.extracting(parts[first + 2]))
        }
        guard let salt, let digest, rounds > 0, digest.count >= algorithm.length else { throw .damaged }
        self.algorithm = algorithm
        self.rounds = rounds
        self.salt = salt
        self.digest = digest
    }

    /// Reads what 389 Directory Server writes as PBKDF2_SHA256, in base64: rounds in 4 bytes, 64 bytes of salt, 256 of hash.
    init(of389DS hash: borrowing StoredHash) throws(HashProblem) {
        let bytes = hash.isDecoded ? Optional(Secret(copying: hash.bytes)) : Secret.decoding(base64: hash.bytes)
        guard let bytes, bytes.count == 4 + 64 + 256 else { throw .damaged }
        let all = bytes.span
        var rounds = 0
        for index in 0..<4 { rounds = rounds << 8 | Int(all[index]) }
        guard rounds > 0 else { throw .damaged }
        algorithm = .sha256
        self.rounds = rounds
        salt = Secret(copying: all.extracting(4..<68))
        digest = Secret(copying: all.extracting(68...))
    }

    /// Whether a hash has Dovecot's form, which shares its prefix with MD5-CRYPT.
    static func isDovecot(_ hash: Span<UInt8>) -> Bool {
        hash.starts(with: "$1$") && hash.split(UInt8(ascii: "$")).count == 5
    }

    func matches(_ password: borrowing Secret, _ work: inout HashWork) throws(HashProblem) -> Bool {
        // Each block of the length of a digest takes all rounds.
        let blocks = (digest.count + algorithm.length - 1) / algorithm.length
        let (cost, isTooLarge) = rounds.multipliedReportingOverflow(by: blocks)
        try work.admit(.rounds(isTooLarge ? .max : cost))
        let computed = algorithm.pbkdf2(password.span, salt: salt.span, rounds: rounds, count: digest.count)
        guard let computed else { throw .failed }
        return computed.isEqual(to: digest)
    }
}

extension PBKDF2Hash {
    static let schemes: [HashScheme] = [.pbkdf2, .pbkdf2SHA256, .pbkdf2SHA512, .pbkdf2Of389DS]

    fileprivate static func scheme(
        _ name: String,
        aliases: [String] = [],
        prefix: String,
        _ algorithm: DigestAlgorithm,
        specimen: String
    ) -> HashScheme {
        HashScheme(
            HashTraits(
                name,
                aliases: aliases,
                prefixes: [prefix],
                claims: isDovecot,
                specimen: specimen,
                matches: { password, hash, _, work throws(HashProblem) in
                    try PBKDF2Hash(algorithm, hash.bytes).matches(password, &work)
                }
            )
        )
    }
}

extension HashScheme {
    package static let pbkdf2 = PBKDF2Hash.scheme(
        "PBKDF2",
        aliases: ["PBKDF2-SHA1"],
        prefix: "$pbkdf2$",
        .sha1,
        specimen: "{PBKDF2}$1$VgnrP6xlOixRgG2c$5000$9b452b6fa60bfaaa10eace236e3254b488ad296c"
    )
    package static let pbkdf2SHA256 = PBKDF2Hash.scheme(
        "PBKDF2-SHA256",
        prefix: "$pbkdf2-sha256$",
        .sha256,
        specimen: "{PBKDF2-SHA256}29000$ZgyhFEIIYUxJCWGsdY5x7g$mXp.loJvrUjjx6ziR1Mg1apr3ASFyAQfDfJbF/6eWrM"
    )
    package static let pbkdf2SHA512 = PBKDF2Hash.scheme(
        "PBKDF2-SHA512",
        prefix: "$pbkdf2-sha512$",
        .sha512,
        specimen: "{PBKDF2-SHA512}25000$hPCeE.I8hzBm7P1fq3WO8Q"
            + "$XgtssqEOQd1VEhefQs2k4KGY/qVosg17uQl6jdSQM0UpyLybAyr6R..DtSvHC3SSUk2/f/9bN4Z5gTQcQ.pa/g"
    )
    package static let pbkdf2Of389DS = HashScheme(
        HashTraits(
            "PBKDF2_SHA256",
            lock: .anyBeginningOfText,
            specimen: "{PBKDF2_SHA256}AAAgAJFSXCOeYYOMr030ScDqd0bI0kv0X203CZz/DNgHThOPMq6HRrF5JAfrYzEyxq7xpvOZz+d"
                + "kOcIlNmP974pzp7TcZcjHiUDgOCOkfdQmsYcNDvCVJy0cCFRVo2JH9de+tgPYjeiQ5mW4dHbGtWcOi1P6eZUZVPQC7"
                + "qxeYwwAUORPHmPDwF0BWFpK//AJ/FFkKZaGBEgNLRhO52w00YO6JXikmoK3Ztn/9qFAmjnOMSVKgcguWf1tBNoy+nW"
                + "wwchmsf/Osda0RAhn4TSYMmsdI/K6OgyeuIgEuLWPY02o75ILBHDRSl58qB5EwIbQqTTuQ2hv9lG7ynAjnZZSStbFx"
                + "QyVFer7stizCf9Ls8UpmjMky9hT1VQ0IRnlaoMazzdWvHNUKU00+DTuO27Ha3q61c8v68ojblQEE2QevkgNPxGB",
            matches: { password, hash, _, work throws(HashProblem) in
                try PBKDF2Hash(of389DS: hash).matches(password, &work)
            }
        )
    )
}
