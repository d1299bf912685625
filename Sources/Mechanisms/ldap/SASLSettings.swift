internal import Authentication

/// How SASL binds are made, `ldap_use_sasl`.
struct SASLSettings: Hashable, Sendable {
    /// The mechanisms that may be used, in capital letters; not empty.
    let mechanisms: [String]
    let realm: ByteString
    /// For the library, `noplain,minssf=56` for instance; may be empty.
    let properties: String

    /// The mechanisms that verify the password of the user, the strongest first.
    ///
    /// With others a bind may succeed whatever the password is: EXTERNAL and GSSAPI, for example, verify this program.
    static let withPassword = [
        "SCRAM-SHA-512", "SCRAM-SHA-384", "SCRAM-SHA-256", "SCRAM-SHA-224", "SCRAM-SHA-1", "SRP", "DIGEST-MD5",
        "CRAM-MD5",
        "NTLM", "PLAIN", "LOGIN",
    ]

    /// Those that are tried where the settings name none: with SRP and NTLM servers refuse users whose passwords they do
    /// not keep in the form for it, and count that as a failure.
    static let usual = withPassword.filter { !["SRP", "NTLM"].contains($0) }

    /// Whether a bind by `mechanism` proves the password; also with channel binding.
    static func usesPassword(_ mechanism: String) -> Bool {
        let name =
            mechanism.hasPrefix("SCRAM-") && mechanism.hasSuffix("-PLUS") ? String(mechanism.dropLast(5)) : mechanism
        return withPassword.contains(name)
    }

    /// Whether `word` is a property that ldap.conf(5) lists for SASL_SECPROPS.
    static func isProperty(_ word: String) -> Bool {
        let names = ["none", "noplain", "noactive", "nodict", "noanonymous", "forwardsec", "passcred"]
        if names.contains(word) { return true }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["minssf", "maxssf", "maxbufsize"].contains(parts[0]) else { return false }
        return UInt32(parts[1]) != nil
    }
}

/// The identity for searches.
enum ReaderIdentity: Hashable, Sendable {
    case anonymous
    /// With the password of the settings.
    case simple(ByteString)
    /// By SASL, with the password of the settings where the mechanism takes one.
    case sasl(SASLSettings, id: ByteString, authorization: ByteString)
}
