package import Authentication

/// A key of a sasldb2 file: `login NUL realm NUL property`, without a trailing zero byte.
package struct SASLDBKey: Hashable, Sendable {
    package let user: SASLDBUser
    package let property: ByteString

    package init(_ user: SASLDBUser, _ property: Property) {
        self.user = user
        self.property = ByteString(property.rawValue)
    }

    /// Decodes a key as stored in the file; `nil` when it has fewer than two zero bytes.
    package init?(encoded bytes: [UInt8]) {
        guard let first = bytes.firstIndex(of: 0) else { return nil }
        guard let second = bytes[(first + 1)...].firstIndex(of: 0) else { return nil }
        user = SASLDBUser(
            login: ByteString(Array(bytes[..<first])),
            realm: ByteString(Array(bytes[(first + 1)..<second]))
        )
        property = ByteString(Array(bytes[(second + 1)...]))
    }

    /// The key as stored in the file.
    ///
    /// `nil` when the login or the realm contains a zero byte: the key would belong to another user.
    package var encoded: [UInt8]? {
        guard !user.login.bytes.contains(0), !user.realm.bytes.contains(0) else { return nil }
        return user.login.bytes + [0] + user.realm.bytes + [0] + property.bytes
    }

    /// The properties of a user.
    package enum Property: String, CaseIterable, Sendable {
        /// The password in clear text.
        case password = "userPassword"

        // Written by releases before Cyrus SASL 2; obsolete.
        case oldCRAM = "cmusaslsecretCRAM-MD5"
        case oldDigest = "cmusaslsecretDIGEST-MD5"
        case oldPlain = "cmusaslsecretPLAIN"

        // Written by plugins of libsasl2.
        case oneTimePassword = "cmusaslsecretOTP"
        case secureRemotePassword = "cmusaslsecretSRP"
        case scram = "authPassword"

        /// Whether no current program reads the property.
        package var isObsolete: Bool {
            switch self {
            case .oldCRAM, .oldDigest, .oldPlain: true
            case .password, .oneTimePassword, .secureRemotePassword, .scram: false
            }
        }
    }
}

extension SASLDBKey {
    /// The line that sasldblistusers2(8) prints: `login@realm: property`, without the newline.
    ///
    /// Control characters are replaced by `?`: they could control the terminal or fake further lines.
    package var line: [UInt8] {
        let bytes = user.login.bytes + [UInt8(ascii: "@")] + user.realm.bytes + Array(": ".utf8) + property.bytes
        return bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
    }
}
