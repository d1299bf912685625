/// A SASL mechanism that clients of Dovecot's protocol can log in with, under its registered name.
package enum SASLMechanism: String, CaseIterable, Sendable {
    case plain = "PLAIN"
    case login = "LOGIN"
    case cramMD5 = "CRAM-MD5"
    case scramSHA1 = "SCRAM-SHA-1"
    case scramSHA256 = "SCRAM-SHA-256"

    /// The registered name, in capital letters.
    package var name: String { rawValue }

    /// Whether the client proves that it knows the password without sending it.
    package var isChallenge: Bool {
        switch self {
        case .plain, .login: false
        case .cramMD5, .scramSHA1, .scramSHA256: true
        }
    }

    /// Whether clients get a salt and a number of rounds.
    package var hasParameters: Bool {
        switch self {
        case .plain, .login, .cramMD5: false
        case .scramSHA1, .scramSHA256: true
        }
    }

    /// The mechanism with this name, in letters of either case; `nil` for others.
    package init?(name: Span<UInt8>) {
        for mechanism in Self.allCases where mechanism.hasName(name) {
            self = mechanism
            return
        }
        return nil
    }

    private func hasName(_ name: Span<UInt8>) -> Bool {
        guard rawValue.utf8.count == name.count else { return false }
        var index = 0
        for letter in rawValue.utf8 {
            let byte = name[index]
            guard ((0x61...0x7A).contains(byte) ? byte - 0x20 : byte) == letter else { return false }
            index += 1
        }
        return true
    }
}
