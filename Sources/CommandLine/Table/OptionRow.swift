/// One row of the option table: all that is known of an option but the Swift type of its value, which `DaemonOption` adds.
package struct OptionRow: Sendable {
    /// Whether a value follows.
    package enum Form: Hashable, Sendable {
        case flag
        case value
        /// The value can be left out; a word that begins with `-` is none.
        case optionalValue
    }

    /// What a shell offers as the value.
    package enum Completion: Hashable, Sendable {
        case nothing, files, directories, accounts, groups
        case words([String])
    }

    /// How it stands on a command line, `-n` or `--max-field`.
    package let name: String
    package let form: Form
    /// The value's name in the usage, `seconds` for instance; empty for a flag.
    package let placeholder: String
    package let values: AllowedValues
    /// Whether the next word is the value whatever it looks like, as getopt(3) has it.
    let takesAnyWord: Bool
    /// Whether a `=` between a letter and its joined value belongs to the value.
    let keepsEquals: Bool
    /// The value where the option is not given, in words for people; `nil` where its absence means nothing.
    package let standard: String?
    /// What it does, for the usage.
    package let help: String
    package let completion: Completion
    /// Whether it can be given again for a further value.
    package let isRepeatable: Bool
    /// Whether the master hands it on to the frontend.
    package let isForFrontend: Bool
    /// Whether it is left out of usage and manual.
    package let isHidden: Bool

    /// The option's letter or its long name, without dashes.
    package var bareName: String { String(name.drop { $0 == "-" }) }

    /// The first sentence of the help.
    var summary: String {
        let end = help.indices.first { help[$0...].hasPrefix(". ") }
        return end.map { String(help[...$0]) } ?? help
    }

    /// What is to follow, as a part of a sentence.
    var expectation: String {
        if case .anyText = values { "<\(placeholder)>" } else { values.expectation }
    }

    /// Whether it is one letter.
    package var isLetter: Bool { !name.hasPrefix("--") }
}

/// What can be the value of an option.
package enum AllowedValues: Sendable {
    /// No value.
    case none
    case anyText
    /// A decimal number, in a range where there is one.
    case number(ClosedRange<Int>?, Unit)
    /// One of some words.
    case choice([String])
    /// A text for which the function has no complaint; a complaint is a whole message.
    case checked(expected: String, @Sendable (String) -> String?)

    /// What a number counts.
    package enum Unit: String, Sendable {
        case seconds, bytes, kilobytes, megabytes
        case pieces = ""
    }

    /// What is expected, as a part of a sentence.
    package var expectation: String {
        switch self {
        case .none: "nothing"
        case .anyText: "a value"
        case .number(let range, let unit):
            "a number" + (unit == .pieces ? "" : " of \(unit.rawValue)")
                + (range.map { " from \($0.lowerBound) to \($0.upperBound)" } ?? "")
        case .choice(let words): words.dropLast().joined(separator: ", ") + " or \(words.last ?? "")"
        case .checked(let expected, _): expected
        }
    }

    /// Why `text` cannot be the value of option `name`, whatever follows; `nil` where it can.
    func fault(of text: String, for name: String) -> UsageError? {
        switch self {
        case .none, .anyText: nil
        case .number: Int(text) == nil ? UsageError("\(name) \(text) is not \(expectation)") : nil
        case .choice(let words): words.contains(text) ? nil : UsageError("\(name) \(text) is not \(expectation)")
        case .checked(_, let complaint): complaint(text).map { UsageError($0, showsUsage: false) }
        }
    }

    /// Why a number is not in its range; a later one on the command line can take its place.
    func rangeFault(of text: String, for name: String) -> UsageError? {
        guard case .number(let range?, _) = self, let number = Int(text), !range.contains(number) else { return nil }
        return UsageError("\(name) \(text) is out of range: \(range.lowerBound) to \(range.upperBound)")
    }
}
