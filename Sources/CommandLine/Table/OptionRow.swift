/// A row of the option table: everything about an option except the Swift type of its value, which `DaemonOption` adds.
package struct OptionRow: Sendable {
    /// Whether the option takes a value.
    package enum Form: Hashable, Sendable {
        case flag
        case value
        /// The value may be left out; a following word that begins with `-` is not taken as the value.
        case optionalValue
    }

    /// What a shell offers as the value.
    package enum Completion: Hashable, Sendable {
        case nothing, files, directories, accounts, groups
        case words([String])
    }

    /// The name on a command line, such as `-n` or `--max-field`.
    package let name: String
    package let form: Form
    /// The name of the value in the usage, such as `seconds`; empty for a flag.
    package let placeholder: String
    package let values: AllowedValues
    /// Whether the next word is the value even if it begins with `-`, as in getopt(3).
    let takesAnyWord: Bool
    /// Whether a `=` between a letter and its joined value is part of the value.
    let keepsEquals: Bool
    /// The default as text for people; `nil` if there is none to mention.
    package let standard: String?
    /// The description in the usage.
    package let help: String
    package let completion: Completion
    /// Whether the option may be repeated to add values.
    package let isRepeatable: Bool
    /// Whether the master passes the option to the frontend.
    package let isForFrontend: Bool
    /// Whether usage and manual omit the option.
    package let isHidden: Bool

    /// The letter or long name without dashes.
    package var bareName: String { String(name.drop { $0 == "-" }) }

    /// The first sentence of the help.
    var summary: String {
        let end = help.indices.first { help[$0...].hasPrefix(". ") }
        return end.map { String(help[...$0]) } ?? help
    }

    /// The expected value, as a part of a sentence.
    var expectation: String {
        if case .anyText = values { "<\(placeholder)>" } else { values.expectation }
    }

    /// Whether the name is a single letter.
    package var isLetter: Bool { !name.hasPrefix("--") }
}

/// The values that an option may have.
package enum AllowedValues: Sendable {
    /// No value.
    case none
    case anyText
    /// A decimal number, with its range if it is limited.
    case number(ClosedRange<Int>?, Unit)
    /// One of these words.
    case choice([String])
    /// A text for which the function returns no complaint; a complaint is a complete message.
    case checked(expected: String, @Sendable (String) -> String?)

    /// What a number counts.
    package enum Unit: String, Sendable {
        case seconds, bytes, kilobytes, megabytes
        case pieces = ""
    }

    /// The expected value, as a part of a sentence.
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

    /// Why `text` is an invalid value of option `name`, regardless of its range; `nil` if it is valid.
    func fault(of text: String, for name: String) -> UsageError? {
        switch self {
        case .none, .anyText: nil
        case .number: Int(text) == nil ? UsageError("\(name) \(text) is not \(expectation)") : nil
        case .choice(let words): words.contains(text) ? nil : UsageError("\(name) \(text) is not \(expectation)")
        case .checked(_, let complaint): complaint(text).map { UsageError($0, showsUsage: false) }
        }
    }

    /// Why a number is out of range; checked only for the last occurrence on the command line.
    func rangeFault(of text: String, for name: String) -> UsageError? {
        guard case .number(let range?, _) = self, let number = Int(text), !range.contains(number) else { return nil }
        return UsageError("\(name) \(text) is out of range: \(range.lowerBound) to \(range.upperBound)")
    }
}
