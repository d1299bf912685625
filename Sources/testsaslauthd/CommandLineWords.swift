import Authentication

/// A command line taken apart as getopt(3) does, with the password taken out.
///
/// All short options have values, so there are no clusters: what follows the letter in its word is the value, and otherwise
/// the next word is, whatever it looks like.
struct CommandLineWords: ~Copyable {
    /// A part of a word of the command line, to its end.
    struct Place: Hashable {
        let word: Int
        let offset: Int
    }

    /// The words for the parser: options and values apart, empty text where a password stood.
    ///
    /// A character for each byte, so that bytes that are no UTF-8 come through; see `ByteString.init(characters:)`.
    private(set) var words: [String] = []
    /// Where the passwords stand in what the words were made of.
    private(set) var passwords: [Place] = []
    /// The last password of the command line.
    private(set) var password: Secret?

    /// Takes the words behind the program's name apart.
    ///
    /// - Parameters:
    ///   - arguments: the whole command line, the program's name included; the caller wipes it.
    ///   - shortOptions: the letters of the options, all of which have a value.
    ///   - longOptions: the names of the long options, all of which have a value too.
    /// - Throws: when a letter is none of them, or its value is missing.
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
                // Behind `--` everything is an operand, and those are ignored.
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

    /// Takes the password out; `nil` when there was none.
    mutating func takePassword() -> Secret? {
        password.take()
    }
}

extension ByteString {
    /// The bytes that `CommandLineWords` made `characters` of.
    init(characters: String) {
        self.init(characters.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }
}

/// A command line that cannot be understood.
struct ProbeUsageError: Error, Hashable {
    /// What is wrong, in a line; empty where the usage alone says it.
    let message: String
    /// What has a shell complete the options, where that is asked for instead.
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
