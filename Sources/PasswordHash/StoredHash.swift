/// A stored hash without its mark.
struct StoredHash: ~Escapable {
    let bytes: Span<UInt8>
    /// Whether the mark named an encoding, and `bytes` is decoded.
    let isDecoded: Bool

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, isDecoded: Bool = false) {
        self.bytes = bytes
        self.isDecoded = isDecoded
    }

    /// Whether there is no hash, or an administrator locked it.
    ///
    /// Clear text may begin with `*` or `!`; it is locked only when it consists of that character alone.
    func isLocked(_ marked: HashScheme) -> Bool {
        guard !bytes.isEmpty else { return true }
        let isLock = bytes[0] == UInt8(ascii: "*") || bytes[0] == UInt8(ascii: "!")
        return switch marked.traits.lock {
        case .anyBeginningOfText where isDecoded: false
        case .alone: isLock && bytes.count == 1
        case .anyBeginning, .anyBeginningOfText: isLock && !MySQLHash.isOne(bytes)
        }
    }

    /// The scheme to read it by: its own, if its form shows one that the mark allows, otherwise that of the mark.
    func scheme(marked: HashScheme) -> HashScheme {
        marked.traits.meaning(self) ?? marked
    }
}
