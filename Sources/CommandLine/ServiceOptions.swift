/// The options for serving requests, which the master passes to the frontend.
///
/// Each is read by its name in `OptionTable`. Reading looks it up in a dictionary, so keep values that are needed for
/// each request.
@dynamicMemberLookup
package struct ServiceOptions: Hashable, Sendable {
    var given: GivenValues

    /// The service options among `given`.
    init(_ given: GivenValues) {
        self.given = GivenValues()
        for row in OptionTable.serviceRows { self.given[row.name] = given[row.name] }
    }

    /// Parses a command line with service options only.
    package init(words: [String]) throws(UsageError) {
        let occurrences = try WordParser(OptionTable.serviceRows).occurrences(in: words)
        for occurrence in occurrences { try occurrence.check() }
        try Occurrence.checkRanges(occurrences, of: OptionTable.serviceRows)
        given = GivenValues(occurrences)
    }

    /// The options as words of a command line; options that were not given are left out.
    var words: [String] { given.words(of: OptionTable.serviceRows) }

    package subscript<Value>(dynamicMember option: KeyPath<OptionTable, ServiceOption<Value>>) -> Value {
        get { OptionTable.all[keyPath: option].value(in: given) }
        set { given[OptionTable.all[keyPath: option].row.name] = newValue.texts }
    }

    /// After how many seconds a client gets a temporary failure.
    package var timeout: Int { self.chosenTimeout ?? 30 }
}
