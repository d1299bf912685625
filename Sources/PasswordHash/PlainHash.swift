internal import Authentication
internal import Digests

/// A password in clear text.
enum PlainHash {
    static let schemes: [HashScheme] = [.plain]
}

extension HashScheme {
    package static let plain = HashScheme(
        HashTraits(
            "PLAIN",
            aliases: ["CLEAR", "CLEARTEXT"],
            pamMySQLNames: ["0", "plain"],
            isWeak: true,
            lock: .alone,
            matches: { password, hash, _, _ in password.isEqual(to: hash.bytes) }
        )
    )
}
