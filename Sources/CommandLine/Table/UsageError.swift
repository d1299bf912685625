/// A command line that is invalid.
package struct UsageError: Error, Hashable, Sendable {
    /// What is wrong, and what was expected.
    package let message: String
    /// Whether the usage is printed after it, as for words that were not understood.
    package let showsUsage: Bool
    /// The source of the invalid option; `nil` if no single option is at fault.
    private(set) var source: Occurrence.Source?

    package init(_ message: String, showsUsage: Bool = true) {
        self.message = message
        self.showsUsage = showsUsage
    }

    /// Whether the message names a place in a settings file.
    var isLocated: Bool { source?.place != nil }

    /// The error with the source of its option.
    func at(_ source: Occurrence.Source?) -> UsageError {
        guard self.source == nil else { return self }
        var error = self
        if let place = source?.place { error = UsageError("\(place): \(message)", showsUsage: false) }
        error.source = source
        return error
    }

    /// The error with a note about the whole command line.
    func adding(_ note: String) -> UsageError {
        UsageError("\(message) (\(note))", showsUsage: false)
    }
}
