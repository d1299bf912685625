internal import Authentication
internal import MechanismKit

/// Settings as arguments on one line.
extension SettingsText {
    /// Parses arguments in the syntax of pam.d(5): words separated by blanks, `[name=value]` for values with blanks.
    ///
    /// They may also be whole pam.d(5) lines for pam_mysql.
    init(line: Span<UInt8>) throws(UnusableMechanism) {
        self.init()
        guard Self.hasPAMLine(line) else {
            var rest = line
            while let word = try PAMLine.word(&rest, .option) { try add(word.text.span, at: .option) }
            return
        }
        try addLines(line) { _ in .option }
    }

    private static func hasPAMLine(_ text: Span<UInt8>) -> Bool {
        let lines = JoinedLines(text)
        return lines.indices.contains { PAMLine.start(of: trimmed(lines.line($0))) != nil }
    }

    /// Adds whole pam.d(5) lines: those of type `auth`; those of type `account` if there are no others.
    ///
    /// Lines that do not affect logins may name any module.
    mutating func addLines(_ text: Span<UInt8>, at place: (Int) -> Setting.Place) throws(UnusableMechanism) {
        let lines = JoinedLines(text)
        var narrowing: [SettingName: String]?
        var isOfAuth = false
        for index in lines.indices {
            let line = Self.trimmed(lines.line(index))
            guard !line.isEmpty, line[0] != UInt8(ascii: "#") else { continue }
            let place = place(lines.number(index))
            guard !PAMLine.isIdle(line) else { continue }
            guard let start = PAMLine.start(of: line) else {
                throw UnusableMechanism(
                    "\(place): expected a pam.d(5) line for pam_mysql"
                )
            }
            guard start.type == .auth || start.type == .account else { continue }
            var own = SettingsText()
            var rest = line.extracting(start.arguments...)
            while let word = try PAMLine.word(&rest, place) { try own.add(word.text.span, at: place) }
            let found = own.narrowing
            guard narrowing == nil || narrowing == found else {
                throw UnusableMechanism("\(place): this line for pam_mysql contradicts an earlier one; keep one")
            }
            narrowing = found
            guard !isOfAuth else { continue }
            isOfAuth = start.type == .auth
            replace(by: own)
        }
    }

    /// The settings that select servers and accounts.
    private var narrowing: [SettingName: String] {
        let names: Set<SettingName> = [
            .host, .hosts, .db, .user, .table, .usercolumn, .statcolumn, .where, .select, .query, .preset, .configFile,
        ]
        return Dictionary(settings.filter { names.contains($0.name) }.map { ($0.name, $0.value) }) { $1 }
    }
}

/// The syntax of a line in pam.d(5).
enum PAMLine {
    enum ModuleType: String {
        case auth, account, password, session
    }

    /// The type of a line, and the index at which its arguments begin.
    struct Start {
        let type: ModuleType
        let arguments: Int
    }

    /// Parses a line up to the arguments of pam_mysql: a type, a control, which may be in brackets, and the module;
    /// `nil` for any other line.
    static func start(of line: Span<UInt8>) -> Start? {
        guard let head = head(of: line), let module = head.words.last, module.hasSuffix("pam_mysql.so") else {
            return nil
        }
        return Start(type: head.type, arguments: head.end)
    }

    /// Whether the line does not affect logins: type `session` or `password`, or type `account` with pam_permit and a
    /// control of one word.
    static func isIdle(_ line: Span<UInt8>) -> Bool {
        guard let head = head(of: line), let module = head.words.last, head.words.count == 2 else { return false }
        let isModule = module.hasSuffix(".so") || ["include", "substack"].contains(head.words[0].lowercased())
        return switch head.type {
        case .session, .password: isModule && !module.hasSuffix("pam_mysql.so")
        case .account: module == "pam_permit.so" && !head.words[0].isEmpty
        case .auth: false
        }
    }

    /// The type of a line, and at most two words after it, up to pam_mysql; a control in brackets is an empty word.
    private static func head(of line: Span<UInt8>) -> (type: ModuleType, words: [String], end: Int)? {
        var rest = line
        guard let first = try? word(&rest, .option), !first.isBracketed else { return nil }
        let text = SettingsText.string(first.text.span)
        let name = (text.hasPrefix("-") ? String(text.dropFirst()) : text).lowercased()
        guard let type = ModuleType(rawValue: name) else { return nil }
        var words: [String] = []
        while words.count < 2, let word = try? word(&rest, .option) {
            // A control in brackets. Any other word with a value is an argument, perhaps the password.
            if word.isBracketed, words.isEmpty {
                words.append("")
                continue
            }
            let span = word.text.span
            guard !word.isBracketed, !span.indices.contains(where: { span[$0] == UInt8(ascii: "=") }) else {
                return nil
            }
            words.append(SettingsText.string(span))
            if words.last?.hasSuffix("pam_mysql.so") == true { break }
        }
        return words.isEmpty ? nil : (type, words, line.count - rest.count)
    }

    /// A word of a line.
    struct Word: ~Copyable {
        let text: Secret
        let isBracketed: Bool
    }

    /// Removes the next word from `line`; `nil` at its end.
    ///
    /// A word that begins with `#` starts a comment, up to the end of the line.
    @_lifetime(line: copy line)
    static func word(_ line: inout Span<UInt8>, _ place: Setting.Place) throws(UnusableMechanism) -> Word? {
        var (start, isComment) = (0, false)
        while start < line.count, isComment || SettingsText.isBlank(line[start]) || line[start] == UInt8(ascii: "#") {
            isComment = line[start] != UInt8(ascii: "\n") && (isComment || line[start] == UInt8(ascii: "#"))
            start += 1
        }
        line = line.extracting(start...)
        guard !line.isEmpty else { return nil }
        guard line[0] == UInt8(ascii: "[") else {
            var end = 0
            while end < line.count, !SettingsText.isBlank(line[end]) { end += 1 }
            let word = Secret(copying: line.extracting(first: end))
            line = line.extracting(end...)
            return Word(text: word, isBracketed: false)
        }
        line = line.extracting(1...)
        return Word(text: try bracketed(&line, place), isBracketed: true)
    }

    /// Removes a word up to a closing bracket; `\]` stands for a bracket in the word.
    @_lifetime(line: copy line)
    private static func bracketed(
        _ line: inout Span<UInt8>,
        _ place: Setting.Place
    ) throws(UnusableMechanism) -> Secret {
        let (backslash, bracket) = (UInt8(ascii: "\\"), UInt8(ascii: "]"))
        let rest = line
        var end = 0
        while end < rest.count, rest[end] != bracket {
            end += rest[end] == backslash && end + 1 < rest.count && rest[end + 1] == bracket ? 2 : 1
        }
        guard end < rest.count else { throw UnusableMechanism("\(place): missing ] after [") }
        line = rest.extracting((end + 1)...)
        return Secret(capacity: end) { output in
            for index in 0..<end
            where !(rest[index] == backslash && index + 1 < end && rest[index + 1] == bracket) {
                output.append(rest[index])
            }
        }
    }
}
