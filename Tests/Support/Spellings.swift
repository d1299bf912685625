/// Other ways to write one login.
package enum Spellings {
    /// A hundred spellings of `name`: different capital letters, combined in turn with nothing, trailing blanks,
    /// accents, fullwidth letters, or a trailing dot with invisible characters.
    package static func of(_ name: String) -> [String] {
        (0..<100).map { number in
            let letters = name.enumerated().map {
                number >> $0.offset & 1 == 1 ? $0.element.uppercased() : String($0.element)
            }
            let spelling = letters.joined()
            return switch number % 5 {
            case 0: spelling
            case 1: spelling + String(repeating: " ", count: number / 5 + 1)
            case 2: accented(spelling)
            case 3: fullwidth(spelling)
            default: spelling + "." + String(repeating: "\u{200B}", count: number / 5)
            }
        }
    }

    private static func accented(_ text: String) -> String {
        String(text.map { ["a": "á", "e": "ë", "i": "ï", "o": "ô", "u": "ù"][$0] ?? $0 })
    }

    private static func fullwidth(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { Unicode.Scalar($0.value + 0xFEE0) ?? $0 }))
    }
}
