internal import Digests

/// A stored hash behind its mark.
struct StoredHash: ~Escapable {
    let bytes: Span<UInt8>
    /// Whether the mark named an encoding, and `bytes` is what came of it.
    let isDecoded: Bool

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, isDecoded: Bool = false) {
        self.bytes = bytes
        self.isDecoded = isDecoded
    }

    /// Whether there is no hash to compare with, or one that an administrator made useless.
    ///
    /// Clear text may begin with what else locks an account, but not be it.
    func isLocked(_ marked: HashScheme) -> Bool {
        guard !bytes.isEmpty else { return true }
        let isLock = bytes[0] == UInt8(ascii: "*") || bytes[0] == UInt8(ascii: "!")
        return switch marked.family {
        case .digest where isDecoded, .saltedDigest where isDecoded: false
        case .plain: isLock && bytes.count == 1
        default: isLock && !HashForm.isMySQL(bytes)
        }
    }

    /// The scheme by which it is to be read: what it says itself, where its mark leaves that open, and else its mark's.
    func scheme(marked: HashScheme) -> HashScheme {
        switch marked {
        case .crypt: return HashForm.prefixed(bytes) ?? HashForm.traditional(bytes) ?? marked
        case .md5 where isDecoded && bytes.count == DigestAlgorithm.md5.length: return marked
        // Dovecot's {MD5} is `$1$…` too; Joomla has bcrypt beside its own.
        case .md5, .joomla: return HashForm.prefixed(bytes) ?? marked
        case .sha256 where !isDecoded && JoomlaHash.isSaltedSHA256(bytes): return .joomla
        default:
            // Dovecot lets any of crypt(3) stand behind the name of each, and either Argon2 behind that of the other.
            guard marked.family == .crypt || marked.family == .argon2 else { return marked }
            return HashForm.prefixed(bytes) ?? marked
        }
    }
}
