internal import Authentication
internal import Crypt
internal import Digests

/// A crypt(3) hash, in any form of crypt(5).
enum CryptHash {
    /// Whether `password` hashes to `hash`, which must be of `scheme` and within the limits.
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
        // A column that is too short may have cut it.
        if let length = scheme.traits.crypt?.digestLength, hash.split(UInt8(ascii: "$")).last?.count != length {
            throw .damaged
        }
        guard password.count < longestPassword else { return false }
        guard let isSame = work.crypt.matches(password, Secret(copying: hash)) else { throw .damaged }
        return isSame
    }

    /// The shortest password that crypt(3) refuses, in bytes.
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
                // Dovecot accepts any crypt(3) hash after the name of each.
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

/// What only crypt(3) schemes have.
struct CryptTraits: Sendable {
    /// The number of characters after the last `$`; `nil` for hashes that are recognized by their length.
    var digestLength: Int?
    /// Recognizes hashes without a prefix; `nil` for schemes that have one.
    var form: (@Sendable (Span<UInt8>) -> Bool)?
    /// The cost of a hash; `nil` when its settings cannot be read.
    let cost: @Sendable (Span<UInt8>) -> HashCost?
}

extension HashScheme {
    /// Any crypt(3) scheme, as the hash itself says; used only as the configured scheme or as a mark.
    package static let crypt = HashScheme(
        HashTraits(
            "CRYPT",
            // OpenLDAP's and Cyrus saslauthd's.
            aliases: ["UNIX"],
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
        aliases: ["CRYPT-MD5"],
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
        aliases: ["CRYPT-SHA256"],
        prefixes: ["$5$"],
        specimen: "$5$1CDrpedTu0irCUic$OoPT.q57DaAQZ3zDbwLuEzNU4zadF6PXrDTi0xUvqWB",
        CryptTraits(digestLength: 43, cost: CryptCost.sha2)
    )
    package static let sha512Crypt = CryptHash.scheme(
        "SHA512-CRYPT",
        aliases: ["CRYPT-SHA512"],
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
