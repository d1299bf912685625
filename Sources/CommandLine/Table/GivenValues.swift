/// The values that a command line gives, by the names of the options; each was checked.
struct GivenValues: Hashable, Sendable {
    private var texts: [String: [String]] = [:]

    init() {}

    init(_ occurrences: some Sequence<Occurrence>) {
        for occurrence in occurrences {
            texts[occurrence.row.name, default: []] += occurrence.text.map { [$0] } ?? []
        }
    }

    subscript(name: String) -> [String]? {
        get { texts[name] }
        set { texts[name] = newValue }
    }

    /// The words of a command line that gives the values of some options, in their order.
    func words(of rows: [OptionRow]) -> [String] {
        rows.flatMap { row -> [String] in
            guard let texts = texts[row.name] else { return [] }
            if texts.isEmpty { return [row.name] }
            return texts.flatMap { row.isLetter ? [row.name, $0] : ["\(row.name)=\($0)"] }
        }
    }
}

/// An option as it was given.
struct Occurrence: Sendable {
    let row: OptionRow
    /// Its value; `nil` for a flag, and where an optional value was left out.
    let text: String?
    let source: Source

    /// Where options come from.
    enum Source: Hashable, Sendable {
        case commandLine
        /// The assignment of `setting` in a settings file.
        case file(path: String, line: Int, setting: String)

        /// The file, the line and the name of a setting; `nil` for the command line.
        var place: String? {
            switch self {
            case .commandLine: nil
            case .file(let path, let line, let setting): "\(path):\(line): \(setting)"
            }
        }
    }

    /// The error that is in the value itself, whatever else is given.
    func check() throws(UsageError) {
        guard let text, let fault = row.values.fault(of: text, for: row.name) else { return }
        throw fault.at(source)
    }

    /// The error that is in a number beyond its range.
    func checkRange() throws(UsageError) {
        guard let text, let fault = row.values.rangeFault(of: text, for: row.name) else { return }
        throw fault.at(source)
    }
}
