package import Authentication

/// A key of a sasldb2 file: `login NUL realm NUL property`, without a zero byte at its end.
package struct SASLDBKey: Hashable, Sendable {
    package let user: SASLDBUser
    package let property: ByteString

    package init(_ user: SASLDBUser, _ property: Property) {
        self.user = user
        self.property = ByteString(property.rawValue)
    }

    /// Takes a key apart as the file holds it; `nil` when there are fewer than two zero bytes in it.
    package init?(encoded bytes: [UInt8]) {
        guard let first = bytes.firstIndex(of: 0) else { return nil }
        guard let second = bytes[(first + 1)...].firstIndex(of: 0) else { return nil }
        user = SASLDBUser(
            login: ByteString(Array(bytes[..<first])),
            realm: ByteString(Array(bytes[(first + 1)..<second]))
        )
        property = ByteString(Array(bytes[(second + 1)...]))
    }

    /// The key as the file holds it.
    ///
    /// `nil` when the login or the realm holds a zero byte: the key would be another user's.
    package var encoded: [UInt8]? {
        guard !user.login.bytes.contains(0), !user.realm.bytes.contains(0) else { return nil }
        return user.login.bytes + [0] + user.realm.bytes + [0] + property.bytes
    }

    /// What a file may hold about a user.
    package enum Property: String, CaseIterable, Sendable {
        /// The password as it is.
        case password = "userPassword"

        // What releases before Cyrus SASL 2 kept; nothing reads it any more.
        case oldCRAM = "cmusaslsecretCRAM-MD5"
        case oldDigest = "cmusaslsecretDIGEST-MD5"
        case oldPlain = "cmusaslsecretPLAIN"

        // What plugins of libsasl2 keep.
        case oneTimePassword = "cmusaslsecretOTP"
        case secureRemotePassword = "cmusaslsecretSRP"
        case scram = "authPassword"

        /// Whether nothing reads the property any more.
        package var isObsolete: Bool {
            switch self {
            case .oldCRAM, .oldDigest, .oldPlain: true
            case .password, .oneTimePassword, .secureRemotePassword, .scram: false
            }
        }
    }
}

extension SASLDBKey {
    /// The line that sasldblistusers2(8) prints: `login@realm: property`, without its end.
    ///
    /// The bytes are those of the key but for control characters, which are printed as `?`: they would act on a terminal
    /// or pass for further lines.
    package var line: [UInt8] {
        let bytes = user.login.bytes + [UInt8(ascii: "@")] + user.realm.bytes + Array(": ".utf8) + property.bytes
        return bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
    }
}
