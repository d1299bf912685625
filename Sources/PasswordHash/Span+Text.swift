extension Span where Element == UInt8 {
    /// Whether the bytes are those of `prefix` to begin with.
    func starts(with prefix: String) -> Bool {
        guard count >= prefix.utf8.count else { return false }
        for (index, byte) in prefix.utf8.enumerated() where self[index] != byte { return false }
        return true
    }

    /// Where the parts between separators are; one part more than there are separators.
    func split(_ separator: UInt8) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        for index in indices where self[index] == separator {
            parts.append(start..<index)
            start = index + 1
        }
        parts.append(start..<count)
        return parts
    }

    /// The number that the part `range` is in decimal digits; `nil` for anything else, or more than 18 digits.
    func number(in range: Range<Int>) -> Int? {
        guard 1...18 ~= range.count else { return nil }
        var number = 0
        for index in range {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = self[index] else { return nil }
            number = number * 10 + Int(self[index] - UInt8(ascii: "0"))
        }
        return number
    }

    /// The number behind `prefix` in the part `range`; `nil` where the part is not of that form.
    func number(in range: Range<Int>, after prefix: String) -> Int? {
        guard extracting(range).starts(with: prefix) else { return nil }
        return number(in: range.dropFirst(prefix.utf8.count))
    }

    /// Whether all bytes are `allowed`.
    func areAll(_ isAllowed: (UInt8) -> Bool) -> Bool {
        for index in indices where !isAllowed(self[index]) { return false }
        return true
    }
}
