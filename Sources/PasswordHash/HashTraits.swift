internal import Authentication

/// The traits of a scheme: its names, how its hashes are recognized, and how a password is compared with one.
final class HashTraits: Sendable {
    /// Whether `password` hashes to `hash`; throws when the hash cannot be computed.
    typealias Comparison =
        @Sendable (
            _ password: borrowing Secret, _ hash: borrowing StoredHash, _ scheme: HashScheme, _ work: inout HashWork
        ) throws(HashProblem) -> Bool

    /// How `*…` and `!…`, with which administrators lock accounts, are recognized.
    enum Lock {
        case anyBeginning
        /// As `anyBeginning`, except for a decoded hash, which may begin with any byte.
        case anyBeginningOfText
        /// Only the character alone, as clear text may begin with it.
        case alone
    }

    /// The name in the log and in marks: Dovecot's name if it has one.
    let name: String
    /// Further names in marks and settings, in capital letters.
    let aliases: [String]
    /// The names in pam_mysql's `crypt=`, in small letters.
    let pamMySQLNames: [String]
    /// The prefixes of its hashes; none is a prefix of one of another scheme.
    let prefixes: [String]
    /// Whether a hash with the prefix of another scheme is one of this, if this scheme is the configured one.
    let claims: @Sendable (Span<UInt8>) -> Bool
    /// The scheme of a hash that follows the mark of this scheme but is of another; `nil` when it is of this one.
    let meaning: @Sendable (borrowing StoredHash) -> HashScheme?
    /// Whether it must be allowed explicitly: clear text, and hashes whose passwords can be searched in hours.
    let isWeak: Bool
    let lock: Lock
    /// A hash of an unknown password at the usual cost, to compare with until a real one has been seen.
    ///
    /// `nil` when a comparison takes next to no time.
    let specimen: String?
    /// The traits of a crypt(3) scheme; `nil` for other schemes.
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

    /// A hash of `scheme` to compare with until a real one has been seen; for `nil`, one of SHA512-CRYPT.
    static func specimen(of scheme: HashScheme?) -> Secret? {
        guard let text = (scheme ?? .sha512Crypt).traits.specimen else { return nil }
        let bytes = Array(text.utf8)
        return Secret(copying: bytes.span)
    }
}
