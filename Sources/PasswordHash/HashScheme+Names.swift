extension HashScheme {
    /// The scheme of a name as Dovecot, PostfixAdmin, OpenLDAP or courier write it, in any case.
    ///
    /// `MD5` is the bare digest: Dovecot's other meaning of it, MD5-CRYPT, is told by the `$1$` that such hashes have.
    package init?(named name: String) {
        guard let scheme = Self.schemes[name.uppercased()] else { return nil }
        self = scheme
    }

    /// The scheme of pam_mysql's `crypt=`, a number or a name, in any case.
    ///
    /// `uses323` is its `use_323_passwd`, which matters to `mysql` alone.
    package init?(pamMySQLCrypt value: String, uses323: Bool) {
        guard let scheme = Self.pamMySQLSchemes[value.lowercased()] else { return nil }
        self = scheme == .mysql && uses323 ? .mysqlOld : scheme
    }

    /// Names of schemes that are known, but need more than the password, or are of no use without encryption.
    static let unsupportedNames: Set<String> = [
        "CRAM-MD5", "DIGEST-MD5", "HMAC-MD5", "LANMAN", "NTLM", "OTP", "PLAIN-MD4", "PLAIN-TRUNC", "RPA", "SKEY",
    ]

    private static let schemes: [String: HashScheme] = {
        let aliases: [String: HashScheme] = [
            "ARGON2": .argon2id,
            "BCRYPT": .blowfish,
            "BLOWFISH": .blowfish,
            "BLOWFISH-CRYPT": .blowfish,
            "CLEAR": .plain,
            "CLEARTEXT": .plain,
            "DRUPAL7": .phpass,
            "JOOMLA15": .joomla,
            "LDAP-MD5": .md5,
            "MD5": .md5,
            "MD5RAW": .md5,
            "PBKDF2-SHA1": .pbkdf2,
            "SHA": .sha1,
        ]
        return aliases.merging(allCases.map { ($0.name, $0) }) { alias, _ in alias }
    }()

    private static let pamMySQLSchemes: [String: HashScheme] = [
        "0": .plain, "plain": .plain,
        "1": .crypt, "y": .crypt,
        "2": .mysql, "mysql": .mysql,
        "3": .md5, "md5": .md5,
        "4": .sha1, "sha1": .sha1,
        "5": .phpass, "drupal7": .phpass,
        "6": .joomla, "joomla15": .joomla,
        "7": .saltedSHA1, "ssha": .saltedSHA1,
        "8": .sha512, "sha512": .sha512,
        "9": .sha256, "sha256": .sha256,
        "10": .blowfish, "blowfish": .blowfish,
    ]
}
