/// An option with the type of its value, as declared in a table of options.
package struct DaemonOption<Value: OptionValue, Reader: OptionReader>: Sendable {
    package let row: OptionRow
    /// The value if the option is not given.
    package let standard: Value

    /// The value among given options, which must have been checked.
    func value(in given: GivenValues) -> Value {
        guard let texts = given[row.name] else { return standard }
        guard let value = Value(texts: texts) else { preconditionFailure("\(row.name): a value was not checked") }
        return value
    }

    fileprivate init(
        _ name: String,
        form: OptionRow.Form = .value,
        _ placeholder: String,
        _ values: AllowedValues,
        takesAnyWord: Bool? = nil,
        keepsEquals: Bool = false,
        standard: Value,
        _ standardText: String?,
        completion: OptionRow.Completion = .nothing,
        isHidden: Bool = false,
        _ help: String
    ) {
        self.standard = standard
        row = OptionRow(
            name: name,
            form: form,
            placeholder: placeholder,
            values: values,
            takesAnyWord: takesAnyWord ?? !name.hasPrefix("--"),
            keepsEquals: keepsEquals,
            standard: standardText,
            help: help,
            completion: completion,
            isRepeatable: Value.isRepeatable,
            isForFrontend: Reader.isFrontend,
            isHidden: isHidden
        )
    }
}

/// Which processes need an option.
package protocol OptionReader: Sendable {
    static var isFrontend: Bool { get }
}

package enum MasterAlone: OptionReader {
    package static let isFrontend = false
}

package enum MasterAndFrontend: OptionReader {
    package static let isFrontend = true
}

/// An option that only the master needs.
package typealias MasterOption<Value: OptionValue> = DaemonOption<Value, MasterAlone>
/// An option for serving requests, which the master passes to the frontend.
package typealias ServiceOption<Value: OptionValue> = DaemonOption<Value, MasterAndFrontend>

/// An option of any type.
protocol TableEntry: Sendable {
    var row: OptionRow { get }
}

extension DaemonOption: TableEntry {}

// MARK: The kinds of options

extension DaemonOption where Value == Bool {
    init(_ name: String, isHidden: Bool = false, _ help: String = "") {
        self.init(name, form: .flag, "", .none, standard: false, nil, isHidden: isHidden, help)
    }
}

extension DaemonOption where Value == Int {
    /// A number; its unit is the placeholder in the usage.
    init(_ name: String, _ unit: AllowedValues.Unit, _ range: ClosedRange<Int>?, standard: Int, _ help: String) {
        self.init(
            name,
            unit == .pieces ? "n" : unit.rawValue,
            .number(range, unit),
            standard: standard,
            String(standard),
            help
        )
    }
}

extension DaemonOption where Value == Int? {
    /// A number whose default depends on other options.
    init(
        _ name: String,
        _ unit: AllowedValues.Unit,
        called placeholder: String? = nil,
        _ range: ClosedRange<Int>,
        standard text: String,
        _ help: String
    ) {
        self.init(
            name,
            placeholder ?? (unit == .pieces ? "n" : unit.rawValue),
            .number(range, unit),
            standard: nil,
            text,
            help
        )
    }
}

extension DaemonOption where Value: OptionWord & CaseIterable {
    /// A choice among the cases of `Value`.
    init(_ name: String, standard: Value, _ help: String) {
        let words = Value.allCases.map(\.optionText)
        self.init(
            name,
            words.joined(separator: "|"),
            .choice(words),
            standard: standard,
            standard.optionText,
            completion: .words(words),
            help
        )
    }
}

extension DaemonOption {
    /// A choice among the cases of `Choice`, whose default depends on other options.
    init<Choice: OptionWord & CaseIterable>(_ name: String, standard text: String, _ help: String)
    where Value == Choice? {
        let words = Choice.allCases.map(\.optionText)
        self.init(
            name,
            words.joined(separator: "|"),
            .choice(words),
            standard: nil,
            text,
            completion: .words(words),
            help
        )
    }

    /// A text.
    init(
        _ name: String,
        called placeholder: String,
        _ values: AllowedValues = .anyText,
        takesAnyWord: Bool? = nil,
        keepsEquals: Bool = false,
        standard: Value,
        _ standardText: String?,
        completion: OptionRow.Completion = .nothing,
        isHidden: Bool = false,
        help: String
    ) {
        self.init(
            name,
            placeholder,
            values,
            takesAnyWord: takesAnyWord,
            keepsEquals: keepsEquals,
            standard: standard,
            standardText,
            completion: completion,
            isHidden: isHidden,
            help
        )
    }
}

extension DaemonOption where Value == CheckTarget? {
    init(_ name: String, called placeholder: String, help: String) {
        self.init(name, form: .optionalValue, placeholder, .anyText, standard: nil, nil, help)
    }
}
