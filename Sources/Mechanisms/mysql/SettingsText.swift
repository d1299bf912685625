internal import MechanismKit

/// Reads settings as they are written: pam_mysql's arguments on one line, or a file with one `name = value` a line.
enum SettingsText {
    /// Reads arguments in the syntax of pam.d(5): words between blanks, `[name=value]` where a value has blanks.
    static func settings(line: String) throws(UnusableMechanism) -> [Setting] {
        var settings: [Setting] = []
        var rest = line[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
                continue
            }
            let word = first == "[" ? try bracketed(&rest) : plain(&rest)
            settings.append(try setting(word, at: .option))
        }
        return settings
    }

    /// Reads the file at `path`, which holds `text`.
    ///
    /// Comments begin with `#`, in any column; a `;` at the end of a line and blanks around a value do not count; the
    /// last line needs no end.
    static func settings(file path: String, text: String) throws(UnusableMechanism) -> [Setting] {
        var settings: [Setting] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let place = Setting.Place.file(path, line: index + 1)
            var line = trimmed(line)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            if line.hasSuffix(";") { line = trimmed(line.dropLast()) }
            guard line.contains("=") else {
                throw UnusableMechanism("\(place): no name = value, nor a comment that begins with #")
            }
            settings.append(try setting(String(line), at: place))
        }
        return settings
    }

    private static func setting(_ word: String, at place: Setting.Place) throws(UnusableMechanism) -> Setting {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(trimmed(parts[0]))
        guard let known = SettingName(written: name) else {
            let hint = SettingName.nearest(to: name).map { "; \($0) is meant, perhaps" } ?? ""
            // What follows the name may be a password.
            throw UnusableMechanism("\(place): there is no setting \(name)\(hint)")
        }
        // A bare name is true, as with pam_mysql.
        let value = parts.count > 1 ? String(trimmed(parts[1])) : "1"
        guard !value.utf8.contains(0) else { throw UnusableMechanism("\(place): \(name) holds a zero byte") }
        return Setting(name: known, value: value, place: place)
    }

    private static func plain(_ rest: inout Substring) -> String {
        let word = rest.prefix { !$0.isWhitespace }
        rest.removeFirst(word.count)
        return String(word)
    }

    /// Takes a word between brackets, in which `\]` stands for a bracket.
    private static func bracketed(_ rest: inout Substring) throws(UnusableMechanism) -> String {
        rest.removeFirst()
        var word = ""
        while let character = rest.popFirst() {
            switch character {
            case "]": return word
            case "\\" where rest.first == "]": word.append(rest.removeFirst())
            default: word.append(character)
            }
        }
        throw UnusableMechanism("-O: a [ is not closed by a ]")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...end]
    }
}
