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
        return switch marked.traits.lock {
        case .anyBeginningOfText where isDecoded: false
        case .alone: isLock && bytes.count == 1
        case .anyBeginning, .anyBeginningOfText: isLock && !MySQLHash.isOne(bytes)
        }
    }

    /// The scheme by which it is to be read: what it says itself, where its mark leaves that open, and else its mark's.
    func scheme(marked: HashScheme) -> HashScheme {
        marked.traits.meaning(self) ?? marked
    }
}
