internal import Glibc
internal import Platform

/// A settings file, such as Debian's /etc/default/saslauthd and Red Hat's /etc/sysconfig/saslauthd.
package struct SettingsFile: Sendable {
    /// The option that names it.
    private static let option = OptionTable.all.settings.row.name

    /// A setting as words of a command line.
    private struct Entry {
        let source: Occurrence.Source
        let name: String
        let meaning: SettingMeaning
        let words: [String]
    }

    private static let longest = 1 << 20

    package let path: String
    private let entries: [Entry]
    /// The variables in the file that saslauthd does not know.
    let ignored: [String]
    /// The variables that the file uses but does not set.
    let unset: [String]

    /// Parses `text`, the contents of the file `path`.
    init(_ path: String, holding text: [UInt8]) throws(UsageError) {
        self.path = path
        let outcome: AssignmentReader.Outcome
        do throws(AssignmentReader.Failure) {
            outcome = try AssignmentReader.read(text)
        } catch {
            throw UsageError("\(path):\(error.line): \(error.message)", showsUsage: false)
        }
        // The last assignment of a variable counts.
        let last = Dictionary(outcome.assignments.map { ($0.name, $0) }) { $1 }
        var entries: [Entry] = []
        for (name, meaning) in SettingMeaning.names {
            guard let found = last[name] else { continue }
            let source = Occurrence.Source.file(path: path, line: found.line, setting: name)
            guard let value = String(validating: found.value, as: UTF8.self) else {
                throw UsageError("the value is not valid UTF-8").at(source)
            }
            let words = meaning.words(value)
            // A file that serves two distributions sets the same mechanisms twice.
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

    /// Throws if an option is in the wrong place: `--settings`, or mechanisms in two settings.
    ///
    /// With mechanisms in two settings Cyrus saslauthd does not start; accepting both would let in more logins than
    /// either setting says.
    private func checkPlaces() throws(UsageError) {
        var first: Entry?
        for entry in entries {
            let names = try Self.occurrences(of: entry).map(\.row.name)
            if names.contains(Self.option) {
                throw UsageError("\(Self.option) works only on the command line").at(entry.source)
            }
            guard names.contains(OptionTable.all.mechanismWords.row.name) else { continue }
            if let first {
                throw UsageError("\(first.name) names mechanisms too; use only one of the two").at(
                    entry.source
                )
            }
            first = entry
        }
    }

    /// Reads the first file among `names` that exists; a `-` before a path means that the file may be missing.
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
                let advice = error.number == ENOENT ? "; \(option) -\(path) allows it to be missing" : ""
                throw UsageError("\(option) \(path): \(error.reason)\(advice)", showsUsage: false)
            }
            return try SettingsFile(path, holding: text)
        }
        return nil
    }

    /// The words of a command line that the file contains.
    var words: [String] { entries.flatMap(\.words) }

    /// The options that the file contains.
    func occurrences() throws(UsageError) -> [Occurrence] {
        var all: [Occurrence] = []
        for entry in entries { all += try Self.occurrences(of: entry) }
        return all
    }

    /// The setting that should name mechanisms, for an error if there are none; `nil` without such a setting.
    var placeOfNoMechanism: Occurrence.Source? { entries.first { $0.meaning == .mechanisms }?.source }

    private static func occurrences(of entry: Entry) throws(UsageError) -> [Occurrence] {
        try OptionTable.parser.occurrences(in: entry.words, from: entry.source)
    }

    /// Warnings about the file for the administrator.
    package var warnings: [String] {
        (ignored.isEmpty ? [] : ["\(path): ignoring unknown settings: \(ignored.joined(separator: " "))"])
            + (unset.isEmpty ? [] : ["\(path): unset variables are taken as empty: \(unset.joined(separator: " "))"])
    }
}
