internal import Getopt
internal import Glibc
internal import Platform

/// A file of settings, as Debian's /etc/default/saslauthd and Red Hat's /etc/sysconfig/saslauthd are.
struct SettingsFile: Sendable {
    /// A setting, as words of a command line.
    private struct Entry {
        let name: String
        let line: Int
        let meaning: SettingMeaning
        let words: [String]

        /// What could stand in the place of the words: a mechanism must be named.
        var harmlessWords: [String] { meaning == .mechanisms ? ["-a", "pam"] : [] }
    }

    private static let longest = 1 << 20

    let path: String
    private let entries: [Entry]
    /// Names in the file that mean nothing here.
    let ignored: [String]
    /// Names of variables that the file uses and does not set.
    let unset: [String]

    /// Reads `text`, which the file `path` holds.
    init(_ path: String, holding text: [UInt8]) throws(Settings.UsageError) {
        self.path = path
        let outcome: AssignmentReader.Outcome
        do throws(AssignmentReader.Failure) {
            outcome = try AssignmentReader.read(text)
        } catch {
            throw Settings.UsageError("\(path):\(error.line): \(error.message)", showsUsage: false)
        }
        // The last one of a name counts.
        let last = Dictionary(outcome.assignments.map { ($0.name, $0) }) { $1 }
        var entries: [Entry] = []
        for (name, meaning) in SettingMeaning.names {
            guard let found = last[name] else { continue }
            guard let value = String(validating: found.value, as: UTF8.self) else {
                throw Settings.UsageError("\(path):\(found.line): \(name): the value is no UTF-8", showsUsage: false)
            }
            let words = meaning.words(value)
            // A file for two distributions says it twice.
            if meaning == .mechanisms, entries.contains(where: { $0.meaning == meaning && $0.words == words }) {
                continue
            }
            entries.append(Entry(name: name, line: found.line, meaning: meaning, words: words))
        }
        self.entries = entries
        ignored = Set(last.keys).subtracting(SettingMeaning.names.map(\.0)).subtracting(SettingMeaning.scriptNames)
            .subtracting(outcome.referenced).sorted()
        unset = Set(outcome.unset).sorted()
        for entry in entries where entry.words.contains(where: { $0.hasPrefix("--settings") }) {
            throw Settings.UsageError(
                "\(path):\(entry.line): \(entry.name): --settings has its place on the command line",
                showsUsage: false
            )
        }
        try checkMechanisms()
    }

    /// Fails where mechanisms are named in two places: the original does not start then, and more could log in than either place says.
    private func checkMechanisms() throws(Settings.UsageError) {
        let places = entries.filter { entry in
            let words = Getopt.splitClusters(
                entry.words,
                flags: MasterCommand.flagLetters,
                options: MasterCommand.optionLetters
            )
            return MechanismSettings.areNamed(in: words)
        }
        guard let first = places.first, places.count > 1, let last = places.last else { return }
        throw Settings.UsageError(
            "\(path):\(last.line): \(last.name): \(first.name) names mechanisms, too; name them all in one of the two",
            showsUsage: false
        )
    }

    /// The first file among `names` that is there; one that may be missing has a `-` before its path.
    static func first(
        among names: [String],
        in folder: WorkingFolder
    ) throws(Settings.UsageError) -> SettingsFile? {
        for name in names {
            let path = try folder.absolute(name.hasPrefix("-") ? String(name.dropFirst()) : name, of: "--settings")
            let text: [UInt8]
            do throws(SystemError) {
                text = try OwnedDescriptor.open(path, O_RDONLY).readAll(limit: longest)
            } catch {
                if error.number == ENOENT, name.hasPrefix("-") { continue }
                let advice = error.number == ENOENT ? "; --settings -\(path) does without it" : ""
                throw Settings.UsageError("--settings \(path): \(error.reason)\(advice)", showsUsage: false)
            }
            return try SettingsFile(path, holding: text)
        }
        return nil
    }

    /// The words of a command line that the file stands for.
    var words: [String] { entries.flatMap(\.words) }

    /// Says which setting `error` comes from: the one without which it does not occur.
    ///
    /// `check` tries other words of the file.
    func locating(_ error: Settings.UsageError, check: ([String]) -> Settings.UsageError?) -> Settings.UsageError {
        let trials = entries.indices.map { left in
            check(entries.indices.flatMap { $0 == left ? entries[$0].harmlessWords : entries[$0].words })
        }
        guard let place = trials.firstIndex(of: nil) ?? trials.firstIndex(where: { $0 != error }) else {
            return Settings.UsageError("\(error.message) (settings are read from \(path))", showsUsage: false)
        }
        return Settings.UsageError(
            "\(path):\(entries[place].line): \(entries[place].name): \(error.message)",
            showsUsage: false
        )
    }

    /// What an administrator should know of the file.
    var warnings: [String] {
        (ignored.isEmpty ? [] : ["\(path): not settings of saslauthd, and ignored: \(ignored.joined(separator: " "))"])
            + (unset.isEmpty ? [] : ["\(path): used and not set, so taken for empty: \(unset.joined(separator: " "))"])
    }
}

extension SettingsFile {
    private static let option = "--settings"

    /// The words of a command line, each `--settings` and its value in one: a value can begin as a cluster of options does.
    static func joined(_ arguments: [String]) -> [String] {
        var words: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" { return words + [word] + rest }
            if word == option, let name = rest.popFirst() {
                words.append("\(option)=\(name)")
            } else {
                words.append(word)
            }
        }
        return words
    }

    /// What `--settings` names on a command line whose words are joined.
    static func names(in words: [String]) -> [String] {
        words.prefix { $0 != "--" }.filter { $0.hasPrefix("\(option)=") }.map {
            String($0.dropFirst(option.count + 1))
        }
    }
}
