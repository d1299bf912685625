internal import Authentication
internal import Digests

/// A hash of PBKDF2.
///
/// Dovecot writes `$1$salt$rounds$hash`, the salt as it is and the hash in hexadecimal. OpenLDAP, FreeIPA, mailcow and
/// passlib write `rounds$salt$hash`, both in base64; passlib also with `$pbkdf2-sha512$` before it.
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

    /// Whether a hash has the form of Dovecot's, whose prefix MD5-CRYPT has too.
    static func isDovecot(_ hash: Span<UInt8>) -> Bool {
        hash.starts(with: "$1$") && hash.split(UInt8(ascii: "$")).count == 5
    }

    func matches(_ password: borrowing Secret, _ limits: HashBudget) throws(HashProblem) -> Bool {
        // Each digest's worth of the hash takes all rounds.
        let blocks = (digest.count + algorithm.length - 1) / algorithm.length
        let (cost, isTooLarge) = rounds.multipliedReportingOverflow(by: blocks)
        try limits.admit(.rounds(isTooLarge ? .max : cost))
        let computed = algorithm.pbkdf2(password.span, salt: salt.span, rounds: rounds, count: digest.count)
        guard let computed else { throw .failed }
        return computed.isEqual(to: digest)
    }
}
