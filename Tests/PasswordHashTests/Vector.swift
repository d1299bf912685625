import Authentication
import Testing

@testable import PasswordHash

/// A stored hash that another program made, and the password it made it of.
struct Vector: Sendable, CustomTestStringConvertible {
    /// Who computed the hash.
    enum Maker: String {
        /// argon2(1).
        case argon2
        /// doveadm-pw(1) of Dovecot 2.3.
        case doveadm
        /// Python's hashlib, put together as FreeIPA, Joomla and courier do it.
        case hashlib
        /// The functions of a MariaDB server.
        case mariadb
        /// mkpasswd(1) of the package whois.
        case mkpasswd
        /// openssl-passwd(1).
        case openssl
        /// pam_mysql accepts it.
        case pamMySQL
        /// Python's passlib.
        case passlib
    }

    /// The passwords that hashes are made of.
    enum Password {
        case secret
        case test12345
        case utf8
        /// Neither ASCII nor UTF-8.
        case bytes
        /// 100 letters: longer than bcrypt reads, and than a block of most digests.
        case long

        var bytes: [UInt8] {
            switch self {
            case .secret: Array("secret".utf8)
            case .test12345: Array("test12345".utf8)
            case .utf8: Array("pässwörd €5".utf8)
            case .bytes: [0o344, 0o366, 0o374, 0o377, UInt8(ascii: "x")]
            case .long: Array(repeating: UInt8(ascii: "a"), count: 100)
            }
        }
    }

    let maker: Maker
    let password: Password
    let scheme: HashScheme
    let stored: String
    let configured: HashScheme?

    init(
        _ maker: Maker,
        _ password: Password,
        _ scheme: HashScheme,
        _ stored: String,
        configured: HashScheme? = nil
    ) {
        self.maker = maker
        self.password = password
        self.scheme = scheme
        self.stored = stored
        self.configured = configured
    }

    var testDescription: String { "\(scheme) of \(password) by \(maker): \(stored.prefix(20))…" }

    static let all = crypt + digests + derived + applications
}

extension Secret {
    init(_ bytes: [UInt8]) {
        self.init(copying: bytes.span)
    }

    init(_ text: String) {
        self.init(Array(text.utf8))
    }
}

/// What a verifier of its own says.
func verdict(_ password: [UInt8], _ stored: [UInt8], _ policy: HashPolicy = HashPolicy()) -> HashVerdict {
    var verifier = PasswordVerifier(policy)
    return verifier.verify(Secret(password), against: Secret(stored))
}

/// What a verifier of its own says.
func verdict(_ password: String, _ stored: String, _ policy: HashPolicy = HashPolicy()) -> HashVerdict {
    verdict(Array(password.utf8), Array(stored.utf8), policy)
}
