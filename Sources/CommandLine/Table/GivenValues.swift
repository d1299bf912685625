/// The checked values of a command line by option name.
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

    /// Command line words for the values of `rows`, in their order.
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
    /// Its value; `nil` for a flag, and for an optional value that was left out.
    let text: String?
    let source: Source

    /// The source of an option.
    enum Source: Hashable, Sendable {
        case commandLine
        /// The assignment of `setting` in a settings file.
        case file(path: String, line: Int, setting: String)

        /// The file, line and name of a setting; `nil` for the command line.
        var place: String? {
            switch self {
            case .commandLine: nil
            case .file(let path, let line, let setting): "\(path):\(line): \(setting)"
            }
        }
    }

    /// Throws if the value is invalid regardless of other options.
    func check() throws(UsageError) {
        guard let text, let fault = row.values.fault(of: text, for: row.name) else { return }
        throw fault.at(source)
    }

    /// Throws if the value of one of `rows` that counts, the last one, is a number out of range.
    static func checkRanges(_ occurrences: [Occurrence], of rows: [OptionRow]) throws(UsageError) {
        let last = Dictionary(occurrences.map { ($0.row.name, $0) }) { $1 }
        for row in rows { try last[row.name]?.checkRange() }
    }

    /// Throws if a number is out of range.
    private func checkRange() throws(UsageError) {
        guard let text, let fault = row.values.rangeFault(of: text, for: row.name) else { return }
        throw fault.at(source)
    }
}
