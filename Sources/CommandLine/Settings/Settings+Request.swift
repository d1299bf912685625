extension Settings {
    /// What a command line asks for.
    package enum Request: Sendable {
        case serve(Settings)
        case check(CheckTarget, Settings)
        case help
        case version
        /// Print the completion script for a shell.
        case completion(CompletionShell)
    }

    /// Parses a command line without the program's name, and the file of `--settings`, whose options come first.
    ///
    /// Relative paths start at `folder`.
    package static func request(
        _ arguments: [String],
        in folder: WorkingFolder = WorkingFolder(path: nil)
    ) throws(UsageError) -> Request {
        let options = OptionTable.all
        let line = try OptionTable.parser.occurrences(in: arguments)
        let names = options.settings.value(in: GivenValues(line))
        let file = try SettingsFile.first(among: names, in: folder)
        do throws(UsageError) {
            let all = try (file?.occurrences() ?? []) + line
            let given = GivenValues(all)
            if options.asksForHelp.value(in: given) { return .help }
            if options.asksForVersion.value(in: given) { return .version }
            for occurrence in all { try occurrence.check() }
            try Occurrence.checkRanges(all, of: OptionTable.rows)
            if let shell = options.completionShell.value(in: given) { return .completion(shell) }
            let settings = try Settings(all, file, folder)
            return options.check.value(in: given).map { .check($0, settings) } ?? .serve(settings)
        } catch {
            if error.isLocated { throw error }
            if let file { throw error.adding("settings file: \(file.path)") }
            guard !names.isEmpty else { throw error }
            throw error.adding("no settings file found: \(names.joined(separator: " "))")
        }
    }

    /// The given options, one per line, each with its source; values of `-O` are not shown.
    package var description: [String] {
        occurrences.filter { $0.row.name != OptionTable.all.check.row.name }.map { occurrence in
            let isSecret = occurrence.row.name == OptionTable.all.mechanismOptionWords.row.name
            let value = occurrence.text.map { isSecret ? " ..." : " \($0)" } ?? ""
            return "\(occurrence.row.name)\(value)" + (occurrence.source.place.map { " (\($0))" } ?? "")
        }
    }
}
