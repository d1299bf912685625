/// A command line that cannot be followed.
package struct UsageError: Error, Hashable, Sendable {
    /// What is wrong and what would be right.
    package let message: String
    /// Whether the usage is printed after it: it is where a word of the command line is not understood.
    package let showsUsage: Bool
    /// Where the option is that cannot be followed; `nil` where no single one is at fault.
    private(set) var source: Occurrence.Source?

    package init(_ message: String, showsUsage: Bool = true) {
        self.message = message
        self.showsUsage = showsUsage
    }

    /// Whether the message names a place in a settings file.
    var isLocated: Bool { source?.place != nil }

    /// The error as that of an option from `source`.
    func at(_ source: Occurrence.Source?) -> UsageError {
        guard self.source == nil else { return self }
        var error = self
        if let place = source?.place { error = UsageError("\(place): \(message)", showsUsage: false) }
        error.source = source
        return error
    }

    /// The error with more to know about the command line as a whole.
    func adding(_ note: String) -> UsageError {
        UsageError("\(message) (\(note))", showsUsage: false)
    }
}
