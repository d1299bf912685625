internal import Authentication
internal import Crypt
internal import Digests

/// A hash of crypt(3), in any of the forms of crypt(5).
enum CryptHash {
    /// Whether `password` makes `hash`, which must be one of `scheme`, and ask for no more than the limits allow.
    fileprivate static func matches(
        _ password: borrowing Secret,
        _ hash: Span<UInt8>,
        _ scheme: HashScheme,
        _ work: inout HashWork
    ) throws(HashProblem) -> Bool {
        guard (HashForm.prefixed(hash) ?? HashForm.traditional(hash)) == scheme, let cost = CryptCost.of(hash, scheme),
            hash.areAll({ $0 != 0 })
        else { throw .damaged }
        try work.admit(cost)
        // A short column may have left a part of it.
        if let length = scheme.traits.crypt?.digestLength, hash.split(UInt8(ascii: "$")).last?.count != length {
            throw .damaged
        }
        guard password.count < longestPassword else { return false }
        guard let isSame = work.crypt.matches(password, Secret(copying: hash)) else { throw .damaged }
        return isSame
    }

    /// What crypt(3) refuses to read, in bytes.
    private static let longestPassword = 512

    static let schemes: [HashScheme] = [
        .crypt, .desCrypt, .bsdiCrypt, .nt, .md5Crypt, .sunMD5, .sha1Crypt, .sha256Crypt, .sha512Crypt, .blowfish,
        .scrypt, .yescrypt, .gostYescrypt,
    ]

    fileprivate static func scheme(
        _ name: String,
        aliases: [String] = [],
        pamMySQLNames: [String] = [],
        prefixes: [String] = [],
        isWeak: Bool = false,
        specimen: String? = nil,
        _ crypt: CryptTraits
    ) -> HashScheme {
        HashScheme(
            HashTraits(
                name,
                aliases: aliases,
                pamMySQLNames: pamMySQLNames,
                prefixes: prefixes,
                // Dovecot lets any of crypt(3) stand behind the name of each.
                meaning: { HashForm.prefixed($0.bytes) },
                isWeak: isWeak,
                specimen: specimen,
                crypt: crypt,
                matches: { password, hash, scheme, work throws(HashProblem) in
                    try matches(password, hash.bytes, scheme, &work)
                }
            )
        )
    }
}

/// What only schemes of crypt(3) have.
struct CryptTraits: Sendable {
    /// How many characters stand behind the last `$`; `nil` for hashes that are recognized by their length.
    var digestLength: Int?
    /// How hashes without a prefix are recognized; `nil` for those with one.
    var form: (@Sendable (Span<UInt8>) -> Bool)?
    /// What a hash asks for; `nil` when its settings cannot be read.
    let cost: @Sendable (Span<UInt8>) -> HashCost?
}

extension HashScheme {
    /// Any of crypt(3), as the hash itself says; only ever a configured scheme or a mark.
    package static let crypt = HashScheme(
        HashTraits(
            "CRYPT",
            pamMySQLNames: ["1", "y"],
            meaning: { HashForm.prefixed($0.bytes) ?? HashForm.traditional($0.bytes) },
            specimen: sha512Specimen,
            crypt: CryptTraits(cost: { _ in nil }),
            matches: { _, _, _, _ throws(HashProblem) in throw .damaged }
        )
    )
    package static let desCrypt = CryptHash.scheme(
        "DES-CRYPT",
        isWeak: true,
        CryptTraits(
            form: { hash in hash.count == 13 && hash.areAll(CryptAlphabet.contains) },
            cost: CryptCost.fixed
        )
    )
    package static let bsdiCrypt = CryptHash.scheme(
        "BSDI-CRYPT",
        isWeak: true,
        CryptTraits(
            form: { hash in
                hash.count == 20 && hash[0] == UInt8(ascii: "_")
                    && hash.extracting(1...).areAll(CryptAlphabet.contains)
            },
            cost: CryptCost.bsdi
        )
    )
    package static let nt = CryptHash.scheme(
        "NT",
        prefixes: ["$3$"],
        isWeak: true,
        CryptTraits(digestLength: 32, cost: CryptCost.fixed)
    )
    package static let md5Crypt = CryptHash.scheme(
        "MD5-CRYPT",
        prefixes: ["$1$"],
        specimen: "$1$vocojlM7$NT7qIBVYmZC2L4X5QptsE1",
        CryptTraits(digestLength: 22, cost: CryptCost.fixed)
    )
    package static let sunMD5 = CryptHash.scheme(
        "SUNMD5",
        prefixes: ["$md5,", "$md5$"],
        CryptTraits(digestLength: 22, cost: CryptCost.sunMD5)
    )
    package static let sha1Crypt = CryptHash.scheme(
        "SHA1-CRYPT",
        prefixes: ["$sha1$"],
        CryptTraits(digestLength: 28, cost: CryptCost.sha1)
    )
    package static let sha256Crypt = CryptHash.scheme(
        "SHA256-CRYPT",
        prefixes: ["$5$"],
        specimen: "$5$1CDrpedTu0irCUic$OoPT.q57DaAQZ3zDbwLuEzNU4zadF6PXrDTi0xUvqWB",
        CryptTraits(digestLength: 43, cost: CryptCost.sha2)
    )
    package static let sha512Crypt = CryptHash.scheme(
        "SHA512-CRYPT",
        prefixes: ["$6$"],
        specimen: sha512Specimen,
        CryptTraits(digestLength: 86, cost: CryptCost.sha2)
    )
    package static let blowfish = CryptHash.scheme(
        "BLF-CRYPT",
        aliases: ["BCRYPT", "BLOWFISH", "BLOWFISH-CRYPT"],
        pamMySQLNames: ["10", "blowfish"],
        prefixes: ["$2a$", "$2b$", "$2x$", "$2y$"],
        specimen: "$2y$10$cih3gD5RjimVbTQ39B22/Ot3MVMq/2mp4goMpIbMnvlQjNKbAgzoy",
        CryptTraits(digestLength: 53, cost: CryptCost.bcrypt)
    )
    package static let scrypt = CryptHash.scheme(
        "SCRYPT",
        prefixes: ["$7$"],
        specimen: "$7$CU..../....JQbmwoUf8B8u4vU3Q2gMp/$OXiK9xaYfaHZfl6SwoXChXpM9rFyd/Lq0HU482hj6j/",
        CryptTraits(digestLength: 43, cost: CryptCost.scrypt)
    )
    package static let yescrypt = CryptHash.scheme(
        "YESCRYPT",
        prefixes: ["$y$"],
        specimen: "$y$j9T$tsfgIkKKrsvzQlMmyXIne/$4hnJLfRTFDoWVwtwAXDSGjVeQRzzPL.67qH4It..UC.",
        CryptTraits(digestLength: 43, cost: CryptCost.yescrypt)
    )
    package static let gostYescrypt = CryptHash.scheme(
        "GOST-YESCRYPT",
        prefixes: ["$gy$"],
        specimen: "$gy$j9T$F1UY729jXYemyI3SJ2fsS0$wHlGOvQE6Qy8lUBrpk2fxZPQUsskIQxJTSCQELWWup0",
        CryptTraits(digestLength: 43, cost: CryptCost.yescrypt)
    )

    private static let sha512Specimen =
        "$6$ilgK4dp1y6FV0P1d$OmXyriqs4k72ARvRnKPJc4dbs5sZBgRijw8MDepwQ1A0S8AatgBW4Mrfws8PRllxt4IBkeD7Ig5HKGLyjjM2e/"
}
