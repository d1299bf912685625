internal import Authentication
internal import PasswordHash

/// Compares a password with the values of an entry for `ldap_auth_method: custom`; each value is a valid password.
///
/// A value that begins with a word in braces is never taken for clear text, whatever the word is. One without a mark is clear text, as
/// with Cyrus saslauthd.
struct StoredPasswords: ~Copyable {
    private var verifier: PasswordVerifier

    /// How many values are looked at: a hash may take seconds.
    static let mostValues = 16

    static let policy = HashPolicy(scheme: .plain, allowsWeak: true)

    /// `seen` is shared by all comparisons: without it, users who are not there would take no time.
    init(_ seen: SeenHashes) { verifier = PasswordVerifier(Self.policy, seen) }

    /// What the values come to.
    enum Outcome: Hashable, Sendable {
        case matches(scheme: String)
        case differs
        /// No value, or none that is not locked.
        case noPassword
    }

    /// Looks at one value after the other, which `value` gives, until one matches; takes as long where there is none.
    ///
    /// `remarks` are lines for the log about values that cannot be used: no part of a value is in them.
    mutating func check(
        _ password: borrowing Secret,
        count: Int,
        value: (Int) -> Secret,
        remarks: inout [String]
    ) -> Outcome {
        // The mechanism's program lets no such password through; neither does this.
        guard !password.isEmpty else { return .differs }
        var outcome = Outcome.noPassword
        if count > Self.mostValues { remarks.append("\(count) stored passwords; the first \(Self.mostValues) count") }
        for index in 0..<min(count, Self.mostValues) {
            switch verifier.verify(password, against: value(index)) {
            case .matches(let scheme): return .matches(scheme: scheme.name)
            case .differs: outcome = .differs
            case .locked: break
            case .unusable(let reason):
                outcome = .differs
                remarks.append(reason)
            }
        }
        if count == 0 { verifier.spend(on: password) }
        return outcome
    }
}
