extension HashScheme {
    /// The scheme of a name as Dovecot, PostfixAdmin, OpenLDAP or courier write it, in any case.
    ///
    /// `MD5` is the bare digest: Dovecot's other meaning of it, MD5-CRYPT, is told by the `$1$` that such hashes have.
    package init?(named name: String) {
        guard let scheme = Self.named[name.uppercased()] else { return nil }
        self = scheme
    }

    /// The scheme of pam_mysql's `crypt=`, a number or a name, in any case.
    ///
    /// `uses323` is its `use_323_passwd`, which matters to `mysql` alone.
    package init?(pamMySQLCrypt value: String, uses323: Bool) {
        guard let scheme = Self.namedByPAMMySQL[value.lowercased()] else { return nil }
        self = scheme == .mysql && uses323 ? .mysqlOld : scheme
    }

    /// Names of schemes that are known, but need more than the password, or are of no use without encryption.
    static let unsupportedNames: Set<String> = [
        "CRAM-MD5", "DIGEST-MD5", "HMAC-MD5", "LANMAN", "NTLM", "OTP", "PLAIN-MD4", "PLAIN-TRUNC", "RPA", "SKEY",
    ]

    private static let named = byName { [$0.name] + $0.aliases }
    private static let namedByPAMMySQL = byName(\.pamMySQLNames)

    /// The schemes by their names; two with one name are a bug.
    private static func byName(_ names: (HashTraits) -> [String]) -> [String: HashScheme] {
        Dictionary(uniqueKeysWithValues: allCases.flatMap { scheme in names(scheme.traits).map { ($0, scheme) } })
    }
}
