/// Characters that database collations take for ASCII letters or digits, although Unicode does not decompose them.
///
/// The list comes from comparing every character in MariaDB; `CollationTests` names the collations.
enum Letters {
    /// The replacement for `scalar`, in small letters, before Unicode's mappings remove accents; `nil` for none.
    static func listed(_ scalar: Unicode.Scalar) -> String? { table[scalar] }

    /// The replacement for `scalar`, in small letters, after Unicode's mappings; `nil` for none.
    static func spelled(_ scalar: Unicode.Scalar) -> String? {
        guard !scalar.isASCII else { return nil }
        if let text = table[scalar] { return text }
        switch scalar.properties.generalCategory {
        case .control, .format: return ""
        default: break
        }
        switch scalar.value {
        case 0x1F150...0x1F169: return letter(scalar.value - 0x1F150)
        case 0x1F170...0x1F189: return letter(scalar.value - 0x1F170)
        // Tibetan half digits, which start at one half.
        case 0x0F2A...0x0F33: return "\((scalar.value - 0x0F2A + 1) % 10)"
        // The default collation takes all of these for the same character.
        case 0x10000...: return digits(scalar) ?? "\u{FFFD}"
        default: return digits(scalar)
        }
    }

    private static func letter(_ number: UInt32) -> String {
        Unicode.Scalar(0x61 + number).map { String($0) } ?? ""
    }

    /// The digits of a number in any script; `nil` for numbers that are words, as in Chinese.
    private static func digits(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber:
            scalar.properties.numericValue.flatMap { Int(exactly: $0) }.map { "\($0)" }
        default: nil
        }
    }

    private static let table: [Unicode.Scalar: String] = [
        "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ŀ": "l",
        "Ŀ": "l",
        "ƍ": "zw", "ƾ": "ts", "ȸ": "db", "ȹ": "qp", "ʣ": "dz", "ʦ": "ts", "ʪ": "ls", "ʫ": "lz", "ᵹ": "g", "ᵺ": "th",
        "ỻ": "ll",
        "ꜩ": "tz", "ꜳ": "aa", "ꜵ": "ao", "ꜷ": "au", "ꜹ": "av", "ꜻ": "av", "ꜽ": "ay", "ꝏ": "oo", "ꝡ": "vy", "ꝺ": "d",
        "ꝼ": "f",
        "ꞃ": "r", "ꞅ": "s", "ꞇ": "t", "🆊": "p", "🆋": "ic", "🆌": "pa", "🆍": "sa",
        // Letters written above others.
        "\u{363}": "a", "\u{364}": "e", "\u{365}": "i", "\u{366}": "o", "\u{367}": "u", "\u{368}": "c", "\u{369}": "d",
        "\u{36A}": "h", "\u{36B}": "m", "\u{36C}": "r", "\u{36D}": "t", "\u{36E}": "v", "\u{36F}": "x", "\u{1DCA}": "r",
        "\u{1DD3}": "a", "\u{1DD4}": "ae", "\u{1DD5}": "ao", "\u{1DD6}": "av", "\u{1DD7}": "c", "\u{1DD8}": "d",
        "\u{1DD9}": "d", "\u{1DDA}": "g", "\u{1DDC}": "k", "\u{1DDD}": "l", "\u{1DE0}": "n", "\u{1DE4}": "s",
        "\u{1DE5}": "s", "\u{1DE6}": "z",
        // Currency numerators; then characters that are ignored: Arabic filler letters and a few signs.
        "\u{9F4}": "1", "\u{9F5}": "2", "\u{9F6}": "3", "\u{9F7}": "4", "\u{640}": "", "\u{6DE}": "", "\u{824}": "",
        "\u{828}": "", "\u{1CD3}": "", "\u{1CF2}": "", "\u{FE73}": "",
    ]
}
