internal import Glibc
internal import Platform

/// A file of settings, as Debian's /etc/default/saslauthd and Red Hat's /etc/sysconfig/saslauthd are.
package struct SettingsFile: Sendable {
    /// The option that names it.
    private static let option = OptionTable.all.settings.row.name

    /// A setting, as words of a command line.
    private struct Entry {
        let source: Occurrence.Source
        let name: String
        let meaning: SettingMeaning
        let words: [String]
    }

    private static let longest = 1 << 20

    package let path: String
    private let entries: [Entry]
    /// Names in the file that mean nothing here.
    let ignored: [String]
    /// Names of variables that the file uses and does not set.
    let unset: [String]

    /// Reads `text`, which the file `path` holds.
    init(_ path: String, holding text: [UInt8]) throws(UsageError) {
        self.path = path
        let outcome: AssignmentReader.Outcome
        do throws(AssignmentReader.Failure) {
            outcome = try AssignmentReader.read(text)
        } catch {
            throw UsageError("\(path):\(error.line): \(error.message)", showsUsage: false)
        }
        // The last one of a name counts.
        let last = Dictionary(outcome.assignments.map { ($0.name, $0) }) { $1 }
        var entries: [Entry] = []
        for (name, meaning) in SettingMeaning.names {
            guard let found = last[name] else { continue }
            let source = Occurrence.Source.file(path: path, line: found.line, setting: name)
            guard let value = String(validating: found.value, as: UTF8.self) else {
                throw UsageError("the value is no UTF-8").at(source)
            }
            let words = meaning.words(value)
            // A file for two distributions says it twice.
            if meaning == .mechanisms, entries.contains(where: { $0.meaning == meaning && $0.words == words }) {
                continue
            }
            entries.append(Entry(source: source, name: name, meaning: meaning, words: words))
        }
        self.entries = entries
        ignored = Set(last.keys).subtracting(SettingMeaning.names.map(\.0)).subtracting(SettingMeaning.scriptNames)
            .subtracting(outcome.referenced).sorted()
        unset = Set(outcome.unset).sorted()
        try checkPlaces()
    }

    /// Fails where an option is given that has its place elsewhere.
    ///
    /// That is `--settings`, and mechanisms that are named in two settings: Cyrus saslauthd does not start then, and more could log
    /// in than either place says.
    private func checkPlaces() throws(UsageError) {
        var first: Entry?
        for entry in entries {
            let names = try Self.occurrences(of: entry).map(\.row.name)
            if names.contains(Self.option) {
                throw UsageError("\(Self.option) has its place on the command line").at(entry.source)
            }
            guard names.contains(OptionTable.all.mechanismWords.row.name) else { continue }
            if let first {
                throw UsageError("\(first.name) names mechanisms, too; name them all in one of the two").at(
                    entry.source
                )
            }
            first = entry
        }
    }

    /// The first file among `names` that is there; one that may be missing has a `-` before its path.
    static func first(
        among names: [String],
        in folder: WorkingFolder
    ) throws(UsageError) -> SettingsFile? {
        for name in names {
            let path = try folder.absolute(name.hasPrefix("-") ? String(name.dropFirst()) : name, of: option)
            let text: [UInt8]
            do throws(SystemError) {
                text = try OwnedDescriptor.open(path, O_RDONLY).readAll(limit: longest)
            } catch {
                if error.number == ENOENT, name.hasPrefix("-") { continue }
                let advice = error.number == ENOENT ? "; \(option) -\(path) does without it" : ""
                throw UsageError("\(option) \(path): \(error.reason)\(advice)", showsUsage: false)
            }
            return try SettingsFile(path, holding: text)
        }
        return nil
    }

    /// The words of a command line that the file stands for.
    var words: [String] { entries.flatMap(\.words) }

    /// The options that the file stands for.
    func occurrences() throws(UsageError) -> [Occurrence] {
        var all: [Occurrence] = []
        for entry in entries { all += try Self.occurrences(of: entry) }
        return all
    }

    /// Where mechanisms would be named, in a file that names none; `nil` where there is no such setting.
    var placeOfNoMechanism: Occurrence.Source? { entries.first { $0.meaning == .mechanisms }?.source }

    private static func occurrences(of entry: Entry) throws(UsageError) -> [Occurrence] {
        try OptionTable.parser.occurrences(in: entry.words, from: entry.source)
    }

    /// What an administrator should know of the file.
    package var warnings: [String] {
        (ignored.isEmpty ? [] : ["\(path): not settings of saslauthd, and ignored: \(ignored.joined(separator: " "))"])
            + (unset.isEmpty ? [] : ["\(path): used and not set, so taken for empty: \(unset.joined(separator: " "))"])
    }
}
