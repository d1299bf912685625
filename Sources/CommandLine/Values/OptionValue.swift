/// The type of an option's value.
package protocol OptionValue: Hashable, Sendable {
    /// Parses the given values in their order; `nil` if they are invalid.
    init?(texts: [String])

    /// Whether repeated values add up.
    static var isRepeatable: Bool { get }

    /// The values that `init(texts:)` parses; `nil` if the option is not given.
    var texts: [String]? { get }
}

extension OptionValue {
    package static var isRepeatable: Bool { false }
}

/// A value of one word; the last one given counts.
package protocol OptionWord: OptionValue {
    init?(optionText: String)

    var optionText: String { get }
}

extension OptionWord {
    package init?(texts: [String]) {
        guard let last = texts.last else { return nil }
        self.init(optionText: last)
    }

    package var texts: [String]? { [optionText] }
}

extension Bool: OptionValue {
    package init?(texts: [String]) { self = true }

    package var texts: [String]? { self ? [] : nil }
}

extension String: OptionWord {
    package init?(optionText: String) { self = optionText }

    package var optionText: String { self }
}

extension OptionWord where Self: FixedWidthInteger {
    package init?(optionText: String) { self.init(optionText) }

    package var optionText: String { String(self) }
}

extension Int: OptionWord {}
extension UInt32: OptionWord {}
extension UInt64: OptionWord {}

extension OptionWord where Self: RawRepresentable, RawValue == String {
    package init?(optionText: String) { self.init(rawValue: optionText) }

    package var optionText: String { rawValue }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    package init?(texts: [String]) {
        guard let value = Wrapped(texts: texts) else { return nil }
        self = .some(value)
    }

    package var texts: [String]? { self?.texts }
}

extension Array: OptionValue where Element: OptionWord {
    package init?(texts: [String]) {
        let elements = texts.compactMap(Element.init(optionText:))
        guard elements.count == texts.count else { return nil }
        self = elements
    }

    package static var isRepeatable: Bool { true }

    package var texts: [String]? { isEmpty ? nil : map(\.optionText) }
}
