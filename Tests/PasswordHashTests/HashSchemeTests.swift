import Testing

@testable import PasswordHash

@Suite struct HashSchemeTests {
    @Test(arguments: HashScheme.allCases) func `a scheme is known by its own name, in any case`(scheme: HashScheme) {
        #expect(HashScheme(named: scheme.name) == scheme)
        #expect(HashScheme(named: scheme.name.lowercased()) == scheme)
    }

    @Test(arguments: [
        ("SHA", HashScheme.sha1), ("sha512-crypt", .sha512Crypt), ("Plain-MD5", .md5), ("LDAP-MD5", .md5),
        ("md5", .md5),
        ("md5raw", .md5), ("CLEAR", .plain), ("ClearText", .plain), ("argon2", .argon2id), ("BLF-CRYPT", .blowfish),
        ("SSHA512", .saltedSHA512), ("smd5", .saltedMD5), ("PBKDF2-SHA1", .pbkdf2), ("unix", .crypt),
        ("CRYPT-SHA512", .sha512Crypt), ("crypt-md5", .md5Crypt),
    ])
    func `a scheme is known by its aliases`(name: String, scheme: HashScheme) {
        #expect(HashScheme(named: name) == scheme)
    }

    @Test(arguments: ["", "SHA3", "CRAM-MD5", "SSHA.B64", " SSHA", "{SSHA}", "PLAIN\n"])
    func `an unknown name is no scheme`(name: String) {
        #expect(HashScheme(named: name) == nil)
    }

    @Test(arguments: [
        ("0", HashScheme.plain), ("1", .crypt), ("2", .mysql), ("3", .md5), ("4", .sha1), ("5", .phpass),
        ("6", .joomla),
        ("7", .saltedSHA1), ("8", .sha512), ("9", .sha256), ("10", .blowfish), ("y", .crypt), ("Y", .crypt),
        ("Plain", .plain), ("MySQL", .mysql), ("md5", .md5), ("sha1", .sha1), ("drupal7", .phpass),
        ("Joomla15", .joomla),
        ("ssha", .saltedSHA1), ("sha512", .sha512), ("SHA256", .sha256), ("blowfish", .blowfish),
    ])
    func `pam_mysql's values of crypt are understood`(value: String, scheme: HashScheme) {
        #expect(HashScheme(pamMySQLCrypt: value, uses323: false) == scheme)
        #expect(HashScheme(pamMySQLCrypt: value, uses323: true) == (scheme == .mysql ? .mysqlOld : scheme))
    }

    @Test(arguments: ["", "11", "-1", "01", "crypt", "3 ", "n"]) func `other values of crypt are refused`(value: String)
    {
        #expect(HashScheme(pamMySQLCrypt: value, uses323: false) == nil)
    }

    @Test func `no prefix begins another scheme's prefix, and each name belongs to one scheme`() {
        let prefixes = HashForm.prefixes.map(\.prefix)
        for (index, prefix) in prefixes.enumerated() {
            #expect(!prefixes.enumerated().contains { $0.offset != index && $0.element.hasPrefix(prefix) }, "\(prefix)")
        }
        let names = HashScheme.allCases.flatMap { [$0.name] + $0.traits.aliases }
        #expect(Set(names).count == names.count && names.allSatisfy { $0 == $0.uppercased() })
        #expect(Set(names).isDisjoint(with: HashScheme.unsupportedNames))
        #expect(Set(names).isDisjoint(with: HashScheme.delegatingNames))
        let numbers = HashScheme.allCases.flatMap(\.traits.pamMySQLNames)
        #expect(Set(numbers).count == numbers.count && numbers.allSatisfy { $0 == $0.lowercased() })
    }

    /// The examples of pam_mysql's documentation and sources, all of the password `secret`.
    @Test(arguments: [
        ("0", false, "secret"),
        ("1", false, "$1$NIShpK/N$RIP439zZQ1u.OrcxcPdqW1"), ("Y", false, "8Z34qK3.38kQg"),
        ("2", false, "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7"), ("2", true, "428567f408994404"),
        ("3", false, "5ebe2294ecd0e0f08eab7690d2a6ee69"), ("4", false, "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"),
        ("5", false, "$S$DabcdefgHfXMbf9OyFMSVcS/N49jwADQzIK0dANyHgtR3O0rUTzK"),
        ("6", false, "d9e25ff21f0f85fd64079ed35f5fa18c:abcdefghijklmnopqrstuvwxyz012345"),
        ("7", false, "gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0"),
        (
            "8", false,
            "bd2b1aaf7ef4f09be9f52ce2d8d599674d81aa9d6a4421696dc4d93dd0619d68"
                + "2ce56b4d64a9ef097761ced99e0f67265b5f76085e5b0ee7ca4696b2ad6fe2b2"
        ),
        ("9", false, "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"),
        ("10", false, "$2y$05$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe"),
    ])
    func `every value of crypt reads the same hashes as in pam_mysql`(
        value: String,
        uses323: Bool,
        stored: String
    ) throws {
        let scheme = try #require(HashScheme(pamMySQLCrypt: value, uses323: uses323))
        let policy = HashPolicy(scheme: scheme)
        #expect(verdict("secret", stored, policy).isMatch)
        #expect(!verdict("Secret", stored, policy).isMatch)
    }

    @Test func `a hash from before MySQL 4_1 ignores blanks in the password`() {
        #expect(verdict("s e\tcret", "428567f408994404", HashPolicy(scheme: .mysqlOld)) == .matches(.mysqlOld))
    }
}
