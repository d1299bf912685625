extension Span where Element == UInt8 {
    /// Whether the bytes begin with those of `prefix`.
    func starts(with prefix: String) -> Bool {
        guard count >= prefix.utf8.count else { return false }
        for (index, byte) in prefix.utf8.enumerated() where self[index] != byte { return false }
        return true
    }

    /// The ranges between separators; there is always one more than there are separators.
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

    /// The decimal number in `range`; `nil` for anything else, and for more than 18 digits.
    func number(in range: Range<Int>) -> Int? {
        guard 1...18 ~= range.count else { return nil }
        var number = 0
        for index in range {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = self[index] else { return nil }
            number = number * 10 + Int(self[index] - UInt8(ascii: "0"))
        }
        return number
    }

    /// The decimal number after `prefix` in `range`; `nil` for anything else.
    func number(in range: Range<Int>, after prefix: String) -> Int? {
        guard extracting(range).starts(with: prefix) else { return nil }
        return number(in: range.dropFirst(prefix.utf8.count))
    }

    /// Whether `isAllowed` holds for all bytes.
    func areAll(_ isAllowed: (UInt8) -> Bool) -> Bool {
        for index in indices where !isAllowed(self[index]) { return false }
        return true
    }
}
