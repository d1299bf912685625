package import Authentication
internal import Crypt

/// Compares passwords with the hashes of accounts, and takes as long where there is nothing to compare with.
package struct PasswordCheck: ~Copyable {
    private var crypt = Crypt()
    private let dummy: Secret?

    /// Computes with `dummy` where an account has no hash; where that is `nil` too it computes nothing.
    package init(dummy: consuming Secret?) {
        // Swift 6.3 miscompiles the assignment of the whole optional.
        switch consume dummy {
        case .some(let hash): self.dummy = .some(hash)
        case nil: self.dummy = nil
        }
    }

    /// What comes of comparing a password with the field of an account.
    package enum Result: Hashable, Sendable {
        case right, wrong
        /// There is nothing to compare with; the field holds no password that anyone could give.
        case empty, locked
        /// The field is nothing that crypt(3) knows, or the password is longer than it takes.
        case noHash

        /// Why the password is not right, in words for `--check`.
        package var words: String {
            switch self {
            case .right: "the password is right"
            case .wrong: "the password is wrong"
            case .empty: "the account has an empty password field, which no password matches; passwd(1) sets one"
            case .locked:
                "the account is locked, or has no password: its field begins with ! or *; passwd -u unlocks it"
            case .noHash:
                "the account's password field is no hash that crypt(3) can use (a password as it is?); passwd(1) sets one"
            }
        }
    }

    /// Compares `password` with the field `stored`; what is no hash never matches, and costs as much.
    package mutating func compare(_ password: borrowing Secret, _ stored: borrowing Secret) -> Result {
        if let isRight = crypt.matches(password, stored) {
            // crypt(3) makes a DES hash with the first two letters of anything that is no hash.
            return isRight ? .right : DummyHash.isHash(stored.span) ? .wrong : .noHash
        }
        matchesNothing(password)
        guard !stored.isEmpty else { return .empty }
        return [UInt8(ascii: "!"), UInt8(ascii: "*")].contains(stored.span[0]) ? .locked : .noHash
    }

    /// Takes as long as for a password that is wrong: there is no such account.
    package mutating func matchesNothing(_ password: borrowing Secret) {
        switch dummy {
        case .some(let dummy): _ = crypt.matches(password, dummy)
        case nil: break
        }
    }
}
