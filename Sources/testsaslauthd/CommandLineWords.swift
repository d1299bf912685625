import Authentication

/// A command line split as getopt(3) does, with the password removed.
///
/// All short options have values, so there are no clusters: the value is the rest of the word after the letter or, if
/// that is empty, the next word, even if it begins with `-`.
struct CommandLineWords: ~Copyable {
    /// The rest of a word of the command line from an offset on.
    struct Place: Hashable {
        let word: Int
        let offset: Int
    }

    /// The words for the parser: options separate from values, and an empty text for a password.
    ///
    /// They have one character for each byte, to preserve bytes that are not UTF-8; see `ByteString.init(characters:)`.
    private(set) var words: [String] = []
    /// Where the passwords are in the command line.
    private(set) var passwords: [Place] = []
    /// The last password of the command line.
    private(set) var password: Secret?

    /// Splits the words after the program's name.
    ///
    /// - Parameters:
    ///   - arguments: the whole command line with the program's name; the caller wipes it.
    ///   - shortOptions: the letters of the options; all have a value.
    ///   - longOptions: the names of the long options that have a value.
    /// - Throws: when an option is unknown, or its value is missing.
    init(_ arguments: [[UInt8]], shortOptions: String, longOptions: [String]) throws(ProbeUsageError) {
        var index = 1
        while index < arguments.count {
            let word = arguments[index]
            guard word.count > 1, word[0] == UInt8(ascii: "-") else {
                words.append(Self.characters(of: word))
                index += 1
                continue
            }
            if word[1] == UInt8(ascii: "-") {
                let name = Self.characters(of: word)
                let hasValueBehind = longOptions.contains(name)
                // Everything after `--` is an operand, and operands are ignored.
                let end = word.count == 2 ? arguments.count : index + (hasValueBehind ? 2 : 1)
                words += arguments[index..<min(end, arguments.count)].map(Self.characters(of:))
                index = end
                continue
            }
            let letter = Character(Unicode.Scalar(word[1]))
            guard shortOptions.contains(letter) else { throw ProbeUsageError("invalid option -- '\(letter)'") }
            let value = word.count > 2 ? Place(word: index, offset: 2) : Place(word: index + 1, offset: 0)
            guard value.word < arguments.count else {
                throw ProbeUsageError("option requires an argument -- '\(letter)'")
            }
            words.append("-\(letter)")
            if letter == "p" {
                let bytes = arguments[value.word]
                passwords.append(value)
                password = Secret(copying: bytes.span.extracting(droppingFirst: value.offset))
                words.append("")
            } else {
                words.append(Self.characters(of: arguments[value.word][value.offset...]))
            }
            index = value.word + 1
        }
    }

    private static func characters(of bytes: some Collection<UInt8>) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    /// Moves the password out; `nil` when there was none.
    mutating func takePassword() -> Secret? {
        password.take()
    }
}

extension ByteString {
    /// The bytes of a word of `CommandLineWords`, which has one character for each byte.
    init(characters: String) {
        self.init(characters.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }
}

/// A command line that cannot be parsed.
struct ProbeUsageError: Error, Hashable {
    /// The error in one line; empty when only the usage is printed.
    let message: String
    /// The completion script for a shell, if the command line asks for it.
    let completionScript: String?

    init(_ message: String) {
        self.message = message
        completionScript = nil
    }

    init(completionScript: String) {
        message = ""
        self.completionScript = completionScript
    }
}
