/// The 64 characters of crypt(5) and phpass.
enum CryptAlphabet {
    private static let characters = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The value of a character, 0 to 63.
    static func value(of character: UInt8) -> Int? {
        characters.firstIndex(of: character)
    }

    /// The character for the low six bits of `value`.
    static func character(of value: Int) -> UInt8 {
        characters[value & 63]
    }

    static func contains(_ character: UInt8) -> Bool {
        value(of: character) != nil
    }

    /// Decodes the number in `range`, lowest six bits first; `nil` for characters outside the alphabet or a short text.
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
