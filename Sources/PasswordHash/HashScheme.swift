/// A way to store a password.
///
/// Each scheme is declared at the end of the file that computes its hashes.
package struct HashScheme: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    let traits: HashTraits

    /// A new scheme, equal to no other.
    init(_ traits: HashTraits) {
        self.traits = traits
    }

    /// All schemes, by family.
    package static let allCases: [HashScheme] = [
        CryptHash.schemes,
        Argon2Hash.schemes,
        DigestHash.schemes,
        SaltedHash.schemes,
        PBKDF2Hash.schemes,
        SCRAMHash.schemes,
        MySQLHash.schemes,
        PHPassHash.schemes,
        JoomlaHash.schemes,
        PlainHash.schemes,
    ].flatMap { $0 }

    /// The name in the log: Dovecot's name if it has one.
    package var name: String { traits.name }

    package var description: String { name }

    package static func == (one: HashScheme, other: HashScheme) -> Bool { one.traits === other.traits }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(traits))
    }
}
