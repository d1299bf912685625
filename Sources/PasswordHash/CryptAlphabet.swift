/// The 64 characters of crypt(5), which phpass has too.
enum CryptAlphabet {
    private static let characters = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The value of a character, 0 to 63.
    static func value(of character: UInt8) -> Int? {
        characters.firstIndex(of: character)
    }

    /// The character of the low six bits of `value`.
    static func character(of value: Int) -> UInt8 {
        characters[value & 63]
    }

    static func contains(_ character: UInt8) -> Bool {
        value(of: character) != nil
    }

    /// The number whose characters are the part `range`, the lowest six bits first.
    static func number(_ text: Span<UInt8>, in range: Range<Int>) -> Int? {
        guard range.upperBound <= text.count else { return nil }
        var number = 0
        for index in range.reversed() {
            guard let value = value(of: text[index]) else { return nil }
            number = number << 6 | value
        }
        return number
    }
}
