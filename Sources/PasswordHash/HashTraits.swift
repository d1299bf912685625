internal import Authentication

/// What is known of a scheme: its names, how its hashes are recognized, and how a password is compared with one.
final class HashTraits: Sendable {
    /// Whether `password` makes the hash; throws what keeps it from being computed.
    typealias Comparison =
        @Sendable (
            _ password: borrowing Secret, _ hash: borrowing StoredHash, _ scheme: HashScheme, _ work: inout HashWork
        ) throws(HashProblem) -> Bool

    /// Which beginnings make a hash one that an administrator made useless, `*…` or `!…`.
    enum Lock {
        case anyBeginning
        /// Any but of a decoded hash, which may begin with any byte.
        case anyBeginningOfText
        /// None: only the character alone, as clear text may begin with it.
        case alone
    }

    /// The name in the log and in a mark: Dovecot's, where Dovecot has it.
    let name: String
    /// Other names of it in marks and settings, in capital letters.
    let aliases: [String]
    /// Its names in pam_mysql's `crypt=`, in small letters.
    let pamMySQLNames: [String]
    /// With what its hashes begin; no scheme has one with which that of another begins.
    let prefixes: [String]
    /// Whether a hash with the prefix of another scheme is one of this, where this is the configured one.
    let claims: @Sendable (Span<UInt8>) -> Bool
    /// Which scheme a hash behind this one's mark has, where it is another.
    let meaning: @Sendable (borrowing StoredHash) -> HashScheme?
    /// Whether it protects so little that it must be asked for: clear text, and what can be searched through in hours.
    let isWeak: Bool
    let lock: Lock
    /// A hash as programs make them by default, of a password that nobody knows, to compute with before a real one was seen.
    ///
    /// `nil` where computing one takes next to no time.
    let specimen: String?
    /// What crypt(3) needs; `nil` for other schemes.
    let crypt: CryptTraits?
    let matches: Comparison

    init(
        _ name: String,
        aliases: [String] = [],
        pamMySQLNames: [String] = [],
        prefixes: [String] = [],
        claims: @escaping @Sendable (Span<UInt8>) -> Bool = { _ in false },
        meaning: @escaping @Sendable (borrowing StoredHash) -> HashScheme? = { _ in nil },
        isWeak: Bool = false,
        lock: Lock = .anyBeginning,
        specimen: String? = nil,
        crypt: CryptTraits? = nil,
        matches: @escaping Comparison
    ) {
        self.name = name
        self.aliases = aliases
        self.pamMySQLNames = pamMySQLNames
        self.prefixes = prefixes
        self.claims = claims
        self.meaning = meaning
        self.isWeak = isWeak
        self.lock = lock
        self.specimen = specimen
        self.crypt = crypt
        self.matches = matches
    }

    /// A hash to compute with where none of `scheme` was seen; where that is `nil`, one of SHA512-CRYPT.
    static func specimen(of scheme: HashScheme?) -> Secret? {
        guard let text = (scheme ?? .sha512Crypt).traits.specimen else { return nil }
        let bytes = Array(text.utf8)
        return Secret(copying: bytes.span)
    }
}
