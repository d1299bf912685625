import Authentication
import HashVectors
import Testing

@testable import PasswordHash

@Suite struct PasswordVerifierTests {
    @Test(arguments: Vector.all) func `only the right password matches a hash`(vector: Vector) {
        let policy = HashPolicy(scheme: vector.configured)
        let (password, stored) = (vector.password.bytes, Array(vector.stored.utf8))
        #expect(verdict(password, stored, policy) == .matches(vector.scheme))
        for wrong in [password.dropLast(), password + [UInt8(ascii: "x")], [password[0] ^ 0x20] + password.dropFirst()]
        {
            #expect(verdict(Array(wrong), stored, policy) == .differs(vector.scheme))
        }
    }

    @Test(arguments: Vector.all) func `no part of a hash is enough`(vector: Vector) {
        let (password, stored) = (vector.password.bytes, Array(vector.stored.utf8))
        let policy = HashPolicy(scheme: vector.configured)
        // The padding of base64 carries no data.
        let unpadded = stored[...(stored.lastIndex { $0 != UInt8(ascii: "=") } ?? 0)]
        for part in [unpadded.dropLast(), stored.dropLast(stored.count / 2), stored.dropFirst()] {
            #expect(!verdict(password, Array(part), policy).isMatch)
        }
        #expect(!verdict(stored, stored, policy).isMatch)
    }

    @Test(arguments: Vector.all.filter { $0.configured == nil })
    func `a hash with a mark is read by its mark`(vector: Vector) {
        let verdict = verdict(vector.password.bytes, Array(vector.stored.utf8), HashPolicy(scheme: .plain))
        #expect(verdict == .matches(vector.scheme))
    }

    @Test func `a mark of two schemes means the configured one if the hash has its form`() {
        // PBKDF2 as Dovecot writes it, and MD5-CRYPT.
        let pbkdf2 = "$1$saltsalt$5000$431b3631d8a309ace6bd69583cda5879d89e64d4"
        #expect(verdict("wonder", pbkdf2, HashPolicy(scheme: .pbkdf2)) == .matches(.pbkdf2))
        #expect(verdict("wander", pbkdf2, HashPolicy(scheme: .pbkdf2)) == .differs(.pbkdf2))
        for scheme in [nil, HashScheme.crypt, .plain, .md5] {
            #expect(!verdict("wonder", pbkdf2, HashPolicy(scheme: scheme)).isMatch)
        }
        for vector in Vector.all where vector.scheme == .md5Crypt && vector.configured == nil {
            let verdict = verdict(vector.password.bytes, Array(vector.stored.utf8), HashPolicy(scheme: .pbkdf2))
            #expect(verdict == .matches(.md5Crypt))
        }
    }

    @Test(arguments: ["", "*", "!", "*LK*", "!!", "!*", "*NP*", "!$1$a$b", "NULL", "null", "\\N", "{SSHA}", "{CRYPT}!"])
    func `a locked value matches nothing`(stored: String) {
        for scheme in [nil, HashScheme.plain, .crypt, .mysql, .md5] {
            let policy = HashPolicy(scheme: scheme, allowsWeak: true)
            #expect(verdict("secret", stored, policy) == .locked)
            #expect(verdict(stored, stored, policy) == .locked)
            #expect(verdict("", stored, policy) == .locked)
        }
    }

    @Test(arguments: ["{PLAIN}", "{PLAIN}*", "{PLAIN}!", "{CRYPT}*", "{SHA512-CRYPT}!$6$a$b", "{SHA1}*", "{SHA1.HEX}"])
    func `a mark followed by a lock matches nothing`(stored: String) {
        #expect(verdict("*", stored, HashPolicy(allowsWeak: true)) == .locked)
    }

    @Test func `MySQL's hash is distinguished from a lock by its digits`() {
        let hash = "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7"
        #expect(verdict("secret", hash) == .matches(.mysql))
        #expect(verdict("secret", hash + "0", HashPolicy(scheme: .mysql)) == .locked)
        #expect(verdict("secret", String(hash.dropLast()), HashPolicy(scheme: .mysql)) == .locked)
        #expect(verdict("secret", hash.replacing("E", with: "G"), HashPolicy(scheme: .mysql)) == .locked)
        #expect(verdict("secret", "{MYSQL}" + hash) == .matches(.mysql))
    }

    @Test(arguments: [
        ("8Z34qK3.38kQg", "secret", HashScheme.desCrypt),
        ("{CRYPT}8Z34qK3.38kQg", "secret", .desCrypt), ("{DES-CRYPT}8Z34qK3.38kQg", "secret", .desCrypt),
        ("_J9..JGsvPZE0jAH7nLI", "secret", .bsdiCrypt), ("$3$$878d8014606cda29677a44efa1353fc7", "secret", .nt),
        ("{PLAIN}secret", "secret", .plain), ("{clear}!secret", "!secret", .plain),
        ("{Cleartext}{x}", "{x}", .plain), ("{PLAIN.B64}c2VjcmV0", "secret", .plain),
        ("{CLEAR.HEX}736563726574", "secret", .plain), ("{PLAIN}$1$a$b", "$1$a$b", .plain),
    ])
    func `a weak scheme must be allowed explicitly`(stored: String, password: String, scheme: HashScheme) {
        #expect(verdict(password, stored, HashPolicy(allowsWeak: true)) == .matches(scheme))
        #expect(verdict(password, stored, HashPolicy(scheme: scheme)) == .matches(scheme))
        #expect(verdict(password + "x", stored, HashPolicy(scheme: scheme)) == .differs(scheme))
        #expect(verdict(password, stored, HashPolicy()).isUnusable)
        #expect(verdict(password, stored, HashPolicy(scheme: .sha512Crypt)).isUnusable)
        let byCrypt = verdict(password, stored, HashPolicy(scheme: .crypt))
        #expect(scheme == .plain ? byCrypt.isUnusable : byCrypt == .matches(scheme))
    }

    @Test func `a mark does not make DES something else`() {
        for mark in ["SHA512-CRYPT", "MD5-CRYPT", "BLF-CRYPT", "ARGON2ID", "NT"] {
            #expect(verdict("secret", "{\(mark)}8Z34qK3.38kQg", HashPolicy(allowsWeak: true)).isUnusable)
        }
    }

    @Test func `a value without a mark is clear text only by configuration`() {
        #expect(verdict("secret", "secret", HashPolicy(scheme: .plain)) == .matches(.plain))
        #expect(verdict("$ecret", "$ecret", HashPolicy(scheme: .plain)) == .matches(.plain))
        #expect(verdict("{secret", "{secret", HashPolicy(scheme: .plain)) == .matches(.plain))
        #expect(verdict("Secret", "secret", HashPolicy(scheme: .plain)) == .differs(.plain))
        #expect(verdict("secret", "secret", HashPolicy(allowsWeak: true)).isUnusable)
        #expect(verdict("secret", "secret").isUnusable)
    }

    @Test(arguments: [
        "{unknown}secret", "{}secret", "{SSHA.B65}secret", "{SSHA.}secret", "{CRAM-MD5}secret", "{ö}secret",
    ])
    func `an unknown mark is never clear text`(stored: String) {
        for scheme in [nil, HashScheme.plain] {
            let policy = HashPolicy(scheme: scheme, allowsWeak: true)
            #expect(verdict("secret", stored, policy).isUnusable)
            #expect(verdict(stored, stored, policy).isUnusable)
        }
    }

    @Test(arguments: [
        ("{MD5}$1$NIShpK/N$RIP439zZQ1u.OrcxcPdqW1", HashScheme.md5Crypt),
        ("{md5}5EBE2294ecd0e0f08eab7690d2a6ee69", .md5), ("{MD5}Xr4ilOzQ4PCOq3aQ0qbuaQ==", .md5),
        ("{ldap-md5}Xr4ilOzQ4PCOq3aQ0qbuaQ", .md5), ("{MD5.HEX}5ebe2294ecd0e0f08eab7690d2a6ee69", .md5),
        ("{SHA512-CRYPT}$1$NIShpK/N$RIP439zZQ1u.OrcxcPdqW1", .md5Crypt),
        ("{sha}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4", .sha1),
        ("{CRYPT}$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzYWx0$Gh8sW4trBHZt8WsaHG4N08sGiShWjlZo2YT8aGT2WPg", .argon2id),
        ("{argon2}$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzYWx0$Gh8sW4trBHZt8WsaHG4N08sGiShWjlZo2YT8aGT2WPg", .argon2id),
    ])
    func `the form of a hash decides when its mark is ambiguous`(stored: String, scheme: HashScheme) {
        let verdict = verdict("secret", stored)
        #expect(verdict == .matches(scheme))
    }

    @Test(arguments: HashScheme.allCases) func `a password with a zero byte matches nothing`(
        scheme: HashScheme
    ) {
        for vector in Vector.all where vector.scheme == scheme && vector.password == .secret {
            let password = Array("secret\0".utf8)
            #expect(
                verdict(password, Array(vector.stored.utf8), HashPolicy(scheme: vector.configured)) == .differs(scheme)
            )
        }
    }

    @Test func `a password that crypt does not read differs`() {
        let password = String(repeating: "a", count: 512)
        #expect(verdict(password, "$1$NIShpK/N$RIP439zZQ1u.OrcxcPdqW1") == .differs(.md5Crypt))
    }
}

extension HashVerdict {
    var isMatch: Bool {
        if case .matches = self { true } else { false }
    }

    var isUnusable: Bool {
        if case .unusable = self { true } else { false }
    }
}
