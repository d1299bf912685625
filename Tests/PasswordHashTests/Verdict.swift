import Authentication

@testable import PasswordHash

extension Secret {
    init(_ bytes: [UInt8]) {
        self.init(copying: bytes.span)
    }

    init(_ text: String) {
        self.init(Array(text.utf8))
    }
}

/// The verdict of a new verifier.
func verdict(_ password: [UInt8], _ stored: [UInt8], _ policy: HashPolicy = HashPolicy()) -> HashVerdict {
    var verifier = PasswordVerifier(policy)
    return verifier.verify(Secret(password), against: Secret(stored))
}

/// The verdict of a new verifier.
func verdict(_ password: String, _ stored: String, _ policy: HashPolicy = HashPolicy()) -> HashVerdict {
    verdict(Array(password.utf8), Array(stored.utf8), policy)
}
