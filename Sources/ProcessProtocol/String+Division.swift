extension String {
    /// What is before the first blank and what is behind it; `nil` where there is none.
    ///
    /// A blank is the byte: what follows it may be anything, a combining character too.
    var dividedAtBlank: (word: String, rest: String)? {
        guard let blank = utf8.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        return (String(self[..<blank]), String(self[utf8.index(after: blank)...]))
    }
}
