extension HashScheme {
    /// The scheme with a name as Dovecot, PostfixAdmin, OpenLDAP or Courier write it, in any case.
    ///
    /// `MD5` is the bare digest; Dovecot's other meaning, MD5-CRYPT, is recognized by the prefix `$1$` of the hash.
    package init?(named name: String) {
        guard let scheme = Self.named[name.uppercased()] else { return nil }
        self = scheme
    }

    /// The scheme for pam_mysql's `crypt=`, a number or a name, in any case.
    ///
    /// `uses323` is pam_mysql's `use_323_passwd`, which affects `mysql` only.
    package init?(pamMySQLCrypt value: String, uses323: Bool) {
        guard let scheme = Self.namedByPAMMySQL[value.lowercased()] else { return nil }
        self = scheme == .mysql && uses323 ? .mysqlOld : scheme
    }

    /// Known names of schemes that are not supported: they need more than the password, or protect too little.
    static let unsupportedNames: Set<String> = [
        "APR1", "BSDMD5", "CRAM-MD5", "DIGEST-MD5", "HMAC-MD5", "LANMAN", "NS-MTA-MD5", "NTLM", "OTP", "PLAIN-MD4",
        "PLAIN-TRUNC", "RPA", "SKEY", "TOTP1", "TOTP1ANDPW", "TOTP256", "TOTP256ANDPW", "TOTP512", "TOTP512ANDPW",
    ]

    /// Marks of directories behind which no hash stands, but who is to be asked for the password.
    static let delegatingNames: Set<String> = ["K5KEY", "KERBEROS", "RADIUS", "SASL"]

    private static let named = byName { [$0.name] + $0.aliases }
    private static let namedByPAMMySQL = byName(\.pamMySQLNames)

    /// The schemes by their names; traps when two schemes have the same name.
    private static func byName(_ names: (HashTraits) -> [String]) -> [String: HashScheme] {
        Dictionary(uniqueKeysWithValues: allCases.flatMap { scheme in names(scheme.traits).map { ($0, scheme) } })
    }
}
