package import Authentication
internal import Crypt

/// Compares passwords with the hashes of accounts, and spends the same time for accounts without one.
package struct PasswordCheck: ~Copyable {
    private var crypt = Crypt()
    private let dummy: Secret?

    /// Compares with `dummy` when an account has no hash; when `dummy` is `nil`, computes nothing.
    package init(dummy: consuming Secret?) {
        // Swift 6.3 miscompiles the assignment of the whole optional.
        switch consume dummy {
        case .some(let hash): self.dummy = .some(hash)
        case nil: self.dummy = nil
        }
    }

    /// The result of comparing a password with the password field of an account.
    package enum Result: Hashable, Sendable {
        case right, wrong
        /// The field contains no hash; no password matches.
        case empty, locked
        /// crypt(3) does not support the field, or the password is longer than it accepts.
        case noHash

        /// Why the password is accepted or not, for `--check`.
        package var words: String {
            switch self {
            case .right: "the password is right"
            case .wrong: "the password is wrong"
            case .empty: "the password field is empty, and never matches"
            case .locked: "the account is locked, or has no password: the password field begins with ! or *"
            case .noHash: "the password field is not a hash that crypt(3) supports"
            }
        }

        /// What the administrator can do about the account `name`, for `--check`; `nil` if its password field is in order.
        package func advice(_ name: ByteString) -> String? {
            switch self {
            case .right, .wrong: nil
            case .empty, .noHash: "set a password: passwd \(name)"
            case .locked: "unlock the account with passwd -u \(name), or set a password: passwd \(name)"
            }
        }
    }

    /// Compares `password` with the field `stored`; a field that is not a hash never matches, and takes as long.
    package mutating func compare(_ password: borrowing Secret, _ stored: borrowing Secret) -> Result {
        if let isRight = crypt.matches(password, stored) {
            // crypt(3) takes the first two letters of any other text as the salt of a DES hash.
            return isRight ? .right : DummyHash.isHash(stored.span) ? .wrong : .noHash
        }
        matchesNothing(password)
        guard !stored.isEmpty else { return .empty }
        return [UInt8(ascii: "!"), UInt8(ascii: "*")].contains(stored.span[0]) ? .locked : .noHash
    }

    /// Takes as long as comparing a wrong password; for accounts that do not exist.
    package mutating func matchesNothing(_ password: borrowing Secret) {
        switch dummy {
        case .some(let dummy): _ = crypt.matches(password, dummy)
        case nil: break
        }
    }
}
