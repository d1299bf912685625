package import PasswordHash
internal import Testing

/// A stored hash that another program made, and the password it made it of.
package struct Vector: Sendable, CustomTestStringConvertible {
    /// Who computed the hash.
    package enum Maker: String {
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
        /// pwdhash(1) of 389 Directory Server 2.3.
        case pwdhash
        /// slappasswd(8) of OpenLDAP 2.5, with the modules pw-sha2, pw-pbkdf2 and argon2.
        case slappasswd
        /// Python's passlib.
        case passlib
    }

    /// The passwords that hashes are made of.
    package enum Password: Sendable {
        case secret
        case test12345
        case utf8
        /// Neither ASCII nor UTF-8.
        case bytes
        /// 100 letters: longer than bcrypt reads, and than a block of most digests.
        case long

        package var bytes: [UInt8] {
            switch self {
            case .secret: Array("secret".utf8)
            case .test12345: Array("test12345".utf8)
            case .utf8: Array("pässwörd €5".utf8)
            case .bytes: [0o344, 0o366, 0o374, 0o377, UInt8(ascii: "x")]
            case .long: Array(repeating: UInt8(ascii: "a"), count: 100)
            }
        }
    }

    package let maker: Maker
    package let password: Password
    package let scheme: HashScheme
    package let stored: String
    package let configured: HashScheme?

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

    package var testDescription: String { "\(scheme) of \(password) by \(maker): \(stored.prefix(20))…" }

    package static let all = crypt + digests + derived + applications + directories
}
