extension Secret {
    /// Whether `text` contains the secret, with ASCII letters in either case; an empty secret is in no text.
    package func isContained(in text: [UInt8]) -> Bool {
        guard !isEmpty, text.count >= count else { return false }
        for start in 0...text.count - count {
            var length = 0
            while length < count, Self.lowercased(text[start + length]) == Self.lowercased(span[length]) { length += 1 }
            if length == count { return true }
        }
        return false
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
    }
}
