import Authentication
import Foundation
import TestSupport
import Testing

@testable import PasswordHash

/// Hashes that other programs make during the test.
@Suite struct ProgramTests {
    /// Dovecot's schemes that are not supported: they need more than the password, or protect too little.
    static let unsupported: Set = ["CRAM-MD5", "DIGEST-MD5", "HMAC-MD5", "OTP", "PLAIN-MD4", "PLAIN-TRUNC"]

    /// Dovecot's programs need a configuration file, which may be empty.
    private func doveadm(_ arguments: String...) throws -> Command.Result {
        try Command("/usr/bin/doveadm", ["-c", "/dev/null", "pw"] + arguments).run()
    }

    @Test func `hashes of doveadm match`() throws {
        let offered = Set(try doveadm("-l").output.split { $0.isWhitespace }.map(String.init))
        #expect(offered.isSuperset(of: ["SHA512-CRYPT", "ARGON2ID", "PBKDF2", "SCRAM-SHA-256", "SSHA512"]))
        for scheme in offered.subtracting(Self.unsupported).sorted() {
            for (suffix, password) in [("", "secret"), (".B64", "pässwörd €5"), (".HEX", "x y")] {
                let stored = try doveadm("-s", scheme + suffix, "-p", password).output.trimmingCharacters(in: .newlines)
                try #require(stored.hasPrefix("{"))
                let policy = HashPolicy(allowsWeak: true)
                #expect(verdict(password, stored, policy).isMatch, "\(scheme)\(suffix)")
                guard case .differs = verdict("x" + password, stored, policy) else {
                    Issue.record("a wrong password is not refused for \(scheme)\(suffix)")
                    continue
                }
            }
        }
        for scheme in Self.unsupported.intersection(offered) {
            #expect(HashScheme.unsupportedNames.contains(scheme))
            #expect(verdict("secret", "{\(scheme)}secret") == .unusable("\(scheme) is not supported"))
        }
    }

    @Test func `hashes of mkpasswd match`() throws {
        let listed = try Command("/usr/bin/mkpasswd", "-m", "help").run().output.split(separator: "\n").dropFirst()
        let methods = listed.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(methods.contains("yescrypt"))
        for method in methods {
            let stored = try Command("/usr/bin/mkpasswd", "-s", "-m", method).run(input: "secret\n").output
                .trimmingCharacters(in: .newlines)
            let policy = HashPolicy(scheme: .crypt)
            #expect(verdict("secret", stored, policy).isMatch, "\(method)")
            #expect(verdict("{secret", stored, policy).isMatch == false, "\(method)")
            #expect(verdict("secret", "{CRYPT}" + stored, policy).isMatch, "\(method)")
        }
    }

    @Test func `hashes of argon2 match`() throws {
        for arguments in [["-i"], ["-id"], ["-id", "-p", "3", "-k", "300"], ["-i", "-v", "10"], ["-id", "-l", "20"]] {
            let stored = try Command("/usr/bin/argon2", ["saltsalt"] + arguments + ["-e"]).run(input: "secret").output
                .trimmingCharacters(in: .newlines)
            #expect(verdict("secret", stored).isMatch, "\(arguments)")
            #expect(!verdict("Secret", stored).isMatch, "\(arguments)")
        }
    }

    @Test func `hashes of openssl match`() throws {
        for option in ["-1", "-5", "-6"] {
            let stored = try Command("/usr/bin/openssl", "passwd", option, "secret").run().output
                .trimmingCharacters(in: .newlines)
            #expect(verdict("secret", stored).isMatch, "\(option)")
            #expect(!verdict("Secret", stored).isMatch, "\(option)")
        }
    }

    @Test(arguments: [
        "ldap_pbkdf2_sha1", "ldap_pbkdf2_sha256", "ldap_pbkdf2_sha512", "pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512",
        "ldap_salted_md5", "ldap_salted_sha1", "ldap_salted_sha256", "ldap_salted_sha512", "ldap_md5", "ldap_sha1",
        "ldap_sha512_crypt", "sha1_crypt", "phpass", "mysql41",
    ])
    func `hashes of passlib match`(scheme: String) throws {
        let program = "import sys; from passlib import hash; print(hash.\(scheme).hash(sys.argv[1]))"
        let stored = try Command("/usr/bin/python3", "-c", program, "pässwörd").run().output
            .trimmingCharacters(in: .newlines)
        #expect(verdict("pässwörd", stored).isMatch)
        #expect(!verdict("pässwort", stored).isMatch)
    }
}
