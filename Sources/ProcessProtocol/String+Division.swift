extension String {
    /// Splits at the first space; `nil` if there is none.
    ///
    /// It compares bytes, because a combining character may follow the space.
    var dividedAtBlank: (word: String, rest: String)? {
        guard let blank = utf8.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        return (String(self[..<blank]), String(self[utf8.index(after: blank)...]))
    }
}
