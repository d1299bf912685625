import Authentication
import PasswordHash
import Testing

@testable import saslauthd_ldap

private func secret(_ text: String) -> Secret { Secret(copying: Array(text.utf8).span) }

private func check(_ password: String, _ values: String...) -> (outcome: StoredPasswords.Outcome, remarks: [String]) {
    var passwords = StoredPasswords(SeenHashes(StoredPasswords.policy))
    var remarks: [String] = []
    let outcome = passwords.check(
        secret(password),
        count: values.count,
        value: { secret(values[$0]) },
        remarks: &remarks
    )
    return (outcome, remarks)
}

@Suite struct StoredPasswordsTests {
    private static let hash = "{SSHA}BJ3yqtL8oRYuSqhTOsYgwLHhAeX5XRtx"

    @Test func `every value is a password of the user's, whichever is first`() {
        #expect(check("secret", "other", Self.hash).outcome == .matches(scheme: "SSHA"))
        #expect(check("secret", Self.hash, "other").outcome == .matches(scheme: "SSHA"))
        #expect(check("other", Self.hash, "other").outcome == .matches(scheme: "PLAIN"))
        #expect(check("third", Self.hash, "other").outcome == .differs)
    }

    @Test(arguments: [
        "{CRYPT}CyRMwi1jicI/Y", "{UNIX}CyRMwi1jicI/Y", "{crypt}$6$saltsalt$JjjiaKZ2sF7M",
        "{md5}Xr4ilOzQ4PCOq3aQ0qbuaQ==",
        "{MD5}5ebe2294ecd0e0f08eab7690d2a6ee69", "{MD5}$1$WCDt57n7$EK7eQZ9kks5pNAvQ1.jvA/",
        "{sha}5en6G6MezRroT3XKqkdPOmY/BfQ=", "{CLEARTEXT}secret", "secret",
    ])
    func `the forms of Cyrus saslauthd are known, in any case, and MD5 in each of its shapes`(value: String) {
        let isWhole = !value.hasPrefix("{crypt}")
        #expect(check("secret", value).outcome != .differs || !isWhole)
        #expect(check("Secret", value).outcome == .differs)
    }

    @Test(arguments: [
        "{SASL}alice@EXAMPLE.ORG", "{KERBEROS}alice", "{K5KEY}", "{X-OWN}secret", "{}secret",
        "{NS-MTA-MD5}x",
        "{PBKDF2}x", "{ARGON2}y", "{SSHA}", "{SSHA}YQ==", "{SMD5}YQ==", "{BSDMD5}$1$x", "{CRYPT}{CRYPT}x",
    ])
    func `who knows a stored string that is no clear text does not log in with it`(value: String) {
        let (outcome, remarks) = check(value, value)
        #expect(outcome == .differs || outcome == .noPassword)
        #expect(remarks.allSatisfy { !$0.contains("alice") && !$0.contains("secret") })
        for part in [String(value.drop { $0 != "}" }.dropFirst()), "secret"] where !part.isEmpty {
            #expect(check(part, value).outcome != .matches(scheme: "PLAIN"))
        }
    }

    @Test func `a value that has another service asked is told of as that`() {
        #expect(check("x", "{SASL}a@b").remarks.first?.hasPrefix("SASL asks another service") == true)
    }

    @Test func `no value, a locked one, and an empty password match nothing`() {
        #expect(check("secret").outcome == .noPassword)
        #expect(check("", "").outcome == .differs && check("", Self.hash).outcome == .differs)
        for value in ["", "*", "!", "{CRYPT}!", "{CRYPT}*"] { #expect(check("secret", value).outcome == .noPassword) }
    }

    @Test func `what one comparison has seen, another takes as long as`() {
        let seen = SeenHashes(StoredPasswords.policy)
        let hash =
            "{CRYPT}$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1"
        var remarks: [String] = []
        for stored in [hash, "clear"] {
            var passwords = StoredPasswords(seen)
            _ = passwords.check(secret("wrong"), count: 1, value: { _ in secret(stored) }, remarks: &remarks)
        }
        let isHash =
            switch seen.specimen {
            case .some(let specimen): ByteString(copying: specimen.span) == ByteString(hash)
            case nil: false
            }
        #expect(isHash && remarks.isEmpty)
    }

    @Test func `no more values than some are looked at`() {
        var passwords = StoredPasswords(SeenHashes(StoredPasswords.policy))
        var remarks: [String] = []
        var looked: [Int] = []
        let outcome = passwords.check(
            secret("secret"),
            count: 5000,
            value: { index in
                looked.append(index)
                return secret("other")
            },
            remarks: &remarks
        )
        #expect(outcome == .differs && looked.count == StoredPasswords.mostValues && remarks.count == 1)
    }
}
