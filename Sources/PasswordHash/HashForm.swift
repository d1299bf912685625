/// Hashes that say by themselves what they are.
enum HashForm {
    /// The scheme of a hash with a prefix of crypt(5), or of a program that writes such prefixes.
    ///
    /// A prefix that several schemes have means the one that is `named`, where the hash has its form.
    static func prefixed(_ hash: Span<UInt8>, named: HashScheme? = nil) -> HashScheme? {
        if let named, case .pbkdf2 = named.family, PBKDF2Hash.isDovecot(hash) { return named }
        for (prefix, scheme) in prefixes where hash.starts(with: prefix) { return scheme }
        return nil
    }

    /// The scheme of a traditional hash of crypt(5), which has no prefix, or next to none.
    static func traditional(_ hash: Span<UInt8>) -> HashScheme? {
        switch hash.count {
        case 13 where hash.areAll(CryptAlphabet.contains): .desCrypt
        case 20 where hash[0] == UInt8(ascii: "_") && hash.extracting(1...).areAll(CryptAlphabet.contains): .bsdiCrypt
        default: nil
        }
    }

    /// Whether `hash` is what the server's PASSWORD() makes.
    static func isMySQL(_ hash: Span<UInt8>) -> Bool {
        hash.count == 41 && hash[0] == UInt8(ascii: "*") && hash.extracting(1...).areAll(isHexadecimal)
    }

    static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static let prefixes: [(String, HashScheme)] = [
        ("$1$", .md5Crypt),
        ("$2a$", .blowfish), ("$2b$", .blowfish), ("$2x$", .blowfish), ("$2y$", .blowfish),
        ("$3$", .nt),
        ("$5$", .sha256Crypt),
        ("$6$", .sha512Crypt),
        ("$7$", .scrypt),
        ("$y$", .yescrypt),
        ("$gy$", .gostYescrypt),
        ("$md5,", .sunMD5), ("$md5$", .sunMD5),
        ("$sha1$", .sha1Crypt),
        ("$argon2i$", .argon2i), ("$argon2id$", .argon2id),
        ("$pbkdf2$", .pbkdf2), ("$pbkdf2-sha256$", .pbkdf2SHA256), ("$pbkdf2-sha512$", .pbkdf2SHA512),
        ("$S$", .phpass), ("$P$", .phpass), ("$H$", .phpass),
        ("U$S$", .phpass), ("U$P$", .phpass), ("U$H$", .phpass),
    ]
}
