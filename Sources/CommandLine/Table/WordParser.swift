/// Parses a command line by the conventions of getopt(3): letters in clusters, joined values, `--name=value`.
///
/// Other words are ignored, and so are all words after `--`.
struct WordParser {
    private let rows: [String: OptionRow]

    /// Knows the options of `rows`, whose names must be unique.
    init(_ rows: [OptionRow]) {
        self.rows = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    }

    /// The options in `words`, in order; their values are not checked.
    func occurrences(
        in words: [String],
        from source: Occurrence.Source = .commandLine
    ) throws(UsageError) -> [Occurrence] {
        var found: [Occurrence] = []
        var rest = words[...]
        while let word = rest.popFirst(), word != "--" {
            if word.hasPrefix("--") {
                let (name, joined) = Self.parts(of: word)
                guard let row = rows[name] else { throw unknown(name).at(source) }
                found.append(try occurrence(of: row, joined: joined, &rest, source))
                continue
            }
            guard word.hasPrefix("-"), word.count > 1 else { continue }
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                guard let row = rows["-\(letter)"] else { throw unknown("-\(letter)").at(source) }
                let joined = letters.isEmpty || row.form == .flag ? nil : Self.joined(letters, to: row)
                found.append(try occurrence(of: row, joined: joined, &rest, source))
                if row.form != .flag { break }
            }
        }
        return found
    }

    private func occurrence(
        of row: OptionRow,
        joined: String?,
        _ rest: inout ArraySlice<String>,
        _ source: Occurrence.Source
    ) throws(UsageError) -> Occurrence {
        let next = rest.first.flatMap { row.takesAnyWord || !Self.looksLikeOption($0) ? $0 : nil }
        switch row.form {
        case .flag:
            guard let joined else { return Occurrence(row: row, text: nil, source: source) }
            throw UsageError("\(row.name) takes no value, but got \(joined)").at(source)
        case .optionalValue:
            if joined == nil, next != nil { rest.removeFirst() }
            return Occurrence(row: row, text: joined ?? next, source: source)
        case .value:
            guard joined == nil else { return Occurrence(row: row, text: joined, source: source) }
            guard let next else {
                let instead = rest.first.map { ", not \($0)" } ?? ""
                throw UsageError("\(row.name): expected \(row.expectation)\(instead)").at(source)
            }
            rest.removeFirst()
            return Occurrence(row: row, text: next, source: source)
        }
    }

    /// Whether a word looks like an option where a value is expected; a negative number does not.
    private static func looksLikeOption(_ word: String) -> Bool {
        word.hasPrefix("-") && word.count > 1 && Int(word) == nil
    }

    private static func parts(of word: String) -> (name: String, joined: String?) {
        guard let place = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<place]), String(word[word.index(after: place)...]))
    }

    private static func joined(_ letters: Substring, to row: OptionRow) -> String {
        String(letters.hasPrefix("=") && !row.keepsEquals ? letters.dropFirst() : letters)
    }

    // MARK: Unknown options

    private func unknown(_ name: String) -> UsageError {
        let similar = name.hasPrefix("--") ? similarName(to: name) : nil
        return UsageError("Unknown option '\(name)'" + (similar.map { ". Did you mean '\($0)'?" } ?? ""))
    }

    /// The only name with this prefix, or else the nearest with an edit distance of at most two.
    private func similarName(to name: String) -> String? {
        let names = rows.values.filter { !$0.isLetter && !$0.isHidden }.map(\.name).sorted()
        let longer = names.filter { $0.hasPrefix(name) }
        if longer.count == 1 { return longer[0] }
        return EditDistance.nearest(to: name, among: names)
    }
}
