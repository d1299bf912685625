internal import Digests

/// A way to store a password.
///
/// The raw value is its name in the log: Dovecot's, where Dovecot has it.
package enum HashScheme: String, Hashable, Sendable, CaseIterable {
    /// Any of crypt(3), as the hash itself says; only ever a configured scheme or a mark.
    case crypt = "CRYPT"
    case desCrypt = "DES-CRYPT"
    case bsdiCrypt = "BSDI-CRYPT"
    case nt = "NT"
    case md5Crypt = "MD5-CRYPT"
    case sunMD5 = "SUNMD5"
    case sha1Crypt = "SHA1-CRYPT"
    case sha256Crypt = "SHA256-CRYPT"
    case sha512Crypt = "SHA512-CRYPT"
    case blowfish = "BLF-CRYPT"
    case scrypt = "SCRYPT"
    case yescrypt = "YESCRYPT"
    case gostYescrypt = "GOST-YESCRYPT"

    case argon2i = "ARGON2I"
    case argon2id = "ARGON2ID"

    /// The digest alone, in hexadecimal or base64.
    case md5 = "PLAIN-MD5"
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case sha512 = "SHA512"

    /// Digest and salt, the salt behind the digest.
    case saltedMD5 = "SMD5"
    case saltedSHA1 = "SSHA"
    case saltedSHA256 = "SSHA256"
    case saltedSHA512 = "SSHA512"

    case pbkdf2 = "PBKDF2"
    case pbkdf2SHA256 = "PBKDF2-SHA256"
    case pbkdf2SHA512 = "PBKDF2-SHA512"

    case scramSHA1 = "SCRAM-SHA-1"
    case scramSHA256 = "SCRAM-SHA-256"

    /// The server's function PASSWORD().
    case mysql = "MYSQL"
    /// The same before MySQL 4.1: OLD_PASSWORD().
    case mysqlOld = "MYSQL-OLD"

    /// Drupal 7 and what else is made with phpass.
    case phpass = "PHPASS"
    case joomla = "JOOMLA"

    case plain = "PLAIN"

    /// The name in the log.
    package var name: String { rawValue }

    /// Whether it protects so little that it must be asked for: clear text, and what can be searched through in hours.
    package var isWeak: Bool {
        switch self {
        case .plain, .desCrypt, .bsdiCrypt, .nt: true
        default: false
        }
    }

    /// What schemes have in common that are computed alike.
    enum Family: Equatable {
        case crypt
        case argon2
        case digest(DigestAlgorithm)
        case saltedDigest(DigestAlgorithm)
        case pbkdf2(DigestAlgorithm)
        case scram(DigestAlgorithm)
        case mysql
        case mysqlOld
        case phpass
        case joomla
        case plain
    }

    var family: Family {
        switch self {
        case .crypt, .desCrypt, .bsdiCrypt, .nt, .md5Crypt, .sunMD5, .sha1Crypt, .sha256Crypt, .sha512Crypt,
            .blowfish, .scrypt, .yescrypt, .gostYescrypt:
            .crypt
        case .argon2i, .argon2id: .argon2
        case .md5: .digest(.md5)
        case .sha1: .digest(.sha1)
        case .sha256: .digest(.sha256)
        case .sha512: .digest(.sha512)
        case .saltedMD5: .saltedDigest(.md5)
        case .saltedSHA1: .saltedDigest(.sha1)
        case .saltedSHA256: .saltedDigest(.sha256)
        case .saltedSHA512: .saltedDigest(.sha512)
        case .pbkdf2: .pbkdf2(.sha1)
        case .pbkdf2SHA256: .pbkdf2(.sha256)
        case .pbkdf2SHA512: .pbkdf2(.sha512)
        case .scramSHA1: .scram(.sha1)
        case .scramSHA256: .scram(.sha256)
        case .mysql: .mysql
        case .mysqlOld: .mysqlOld
        case .phpass: .phpass
        case .joomla: .joomla
        case .plain: .plain
        }
    }
}
