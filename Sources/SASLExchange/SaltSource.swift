package import Authentication
internal import Digests
package import Folding

/// Invents salts for logins whose secret is not kept with one: unknown users, and those with a clear password.
///
/// A login always gets the same salt, however it is spelled, so that a second attempt does not tell which users exist:
/// most databases find a user in any spelling, and then it is one salt too. The salts depend on a key; whoever has it
/// can tell invented salts from kept ones.
package struct SaltSource: ~Copyable {
    /// The length of a key, in bytes.
    package static let keyLength = KeyedHash.keyLength

    private let hash: KeyedHash
    private let rounds: UInt32

    /// A source with a key of `keyLength` random bytes; `nil` when OpenSSL does not offer the function.
    ///
    /// `rounds` must be those of the users whose secrets are kept with a salt.
    package init?(key: borrowing Secret, rounds: UInt32) {
        precondition(key.count == Self.keyLength)
        precondition(SCRAMParameters.roundLimits.contains(rounds))
        guard let hash = KeyedHash.make(key: key) else { return nil }
        self.hash = hash
        self.rounds = rounds
    }

    /// The parameters to offer for a login.
    package func parameters(_ mechanism: SASLMechanism, _ login: FoldedName) -> SCRAMParameters {
        let name = Array(mechanism.name.utf8)
        let value = hash.value { parts in
            parts.add(name.span)
            parts.add(login.bytes.span)
        }
        let salt = [UInt8](capacity: KeyedHash.Value.length) { value.append(to: &$0) }
        return SCRAMParameters(salt: ByteString(salt), rounds: rounds)
    }
}
