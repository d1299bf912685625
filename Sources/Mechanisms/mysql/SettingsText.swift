internal import Authentication
internal import MechanismKit

/// Settings as they are written: pam_mysql's arguments on one line, or a file with one `name = value` a line.
///
/// The password is never a `String`, whose copies nobody wipes: among the settings it is empty.
struct SettingsText: ~Copyable {
    private(set) var settings: [Setting] = []
    /// The last of the passwords; `nil` where there was none.
    private(set) var password: Secret?

    /// Reads arguments in the syntax of pam.d(5): words between blanks, `[name=value]` where a value has blanks.
    init(line: Span<UInt8>) throws(UnusableMechanism) {
        var start = 0
        while start < line.count {
            if Self.isBlank(line[start]) {
                start += 1
            } else if line[start] == UInt8(ascii: "[") {
                let word = try Self.bracketed(line.extracting((start + 1)...))
                try add(word.text.span, at: .option)
                start += 1 + word.length
            } else {
                var end = start
                while end < line.count, !Self.isBlank(line[end]) { end += 1 }
                try add(line.extracting(start..<end), at: .option)
                start = end
            }
        }
    }

    /// Reads the file at `path`, which holds `text`.
    ///
    /// Comments begin with `#`, in any column; a `;` at the end of a line and blanks around a value do not count; the
    /// last line needs no end.
    init(file path: String, text: Span<UInt8>) throws(UnusableMechanism) {
        var (start, number) = (0, 1)
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            let place = Setting.Place.file(path, line: number)
            var line = Self.trimmed(text.extracting(start..<end))
            (start, number) = (end + 1, number + 1)
            guard !line.isEmpty, line[0] != UInt8(ascii: "#") else { continue }
            if line[line.count - 1] == UInt8(ascii: ";") { line = Self.trimmed(line.extracting(droppingLast: 1)) }
            guard line.indices.contains(where: { line[$0] == UInt8(ascii: "=") }) else {
                throw UnusableMechanism("\(place): no name = value, nor a comment that begins with #")
            }
            try add(line, at: place)
        }
    }

    /// Puts those of a file behind, so that they count before these.
    mutating func append(_ other: consuming SettingsText) {
        settings += other.settings
        switch other.password.take() {
        case .some(let word): password = consume word
        case nil: break
        }
    }

    /// Parts with the password; an empty one where there was none.
    mutating func takePassword() -> Secret { password.take() ?? Secret(copying: Span()) }

    private mutating func add(_ word: Span<UInt8>, at place: Setting.Place) throws(UnusableMechanism) {
        var end = 0
        while end < word.count, word[end] != UInt8(ascii: "=") { end += 1 }
        let name = Self.string(Self.trimmed(word.extracting(first: end)))
        guard let known = SettingName(written: name) else {
            let hint = SettingName.nearest(to: name).map { "; \($0) is meant, perhaps" } ?? ""
            // What follows the name may be a password.
            throw UnusableMechanism("\(place): there is no setting \(name)\(hint)")
        }
        guard end < word.count else {
            // A bare name is true, as with pam_mysql.
            if known == .passwd { password = Secret(copying: [UInt8(ascii: "1")].span) }
            return settings.append(Setting(name: known, value: known == .passwd ? "" : "1", place: place))
        }
        let value = Self.trimmed(word.extracting(droppingFirst: end + 1))
        guard !value.indices.contains(where: { value[$0] == 0 }) else {
            throw UnusableMechanism("\(place): \(name) holds a zero byte")
        }
        if known == .passwd { password = Secret(copying: value) }
        settings.append(Setting(name: known, value: known == .passwd ? "" : Self.string(value), place: place))
    }

    /// A word that stood between brackets, and how many bytes it took with the bracket that closes it.
    private struct Bracketed: ~Copyable {
        let text: Secret
        let length: Int
    }

    /// Takes a word up to a bracket; `\]` stands for one.
    private static func bracketed(_ rest: Span<UInt8>) throws(UnusableMechanism) -> Bracketed {
        let (backslash, bracket) = (UInt8(ascii: "\\"), UInt8(ascii: "]"))
        var end = 0
        while end < rest.count, rest[end] != bracket {
            end += rest[end] == backslash && end + 1 < rest.count && rest[end + 1] == bracket ? 2 : 1
        }
        guard end < rest.count else { throw UnusableMechanism("-O: a [ is not closed by a ]") }
        let word = Secret(capacity: end) { output in
            for index in 0..<end
            where !(rest[index] == backslash && index + 1 < end && rest[index + 1] == bracket) {
                output.append(rest[index])
            }
        }
        return Bracketed(text: word, length: end + 1)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }

    @_lifetime(copy text)
    private static func trimmed(_ text: Span<UInt8>) -> Span<UInt8> {
        var (start, end) = (0, text.count)
        while start < end, isBlank(text[start]) { start += 1 }
        while start < end, isBlank(text[end - 1]) { end -= 1 }
        return text.extracting(start..<end)
    }

    private static func string(_ text: Span<UInt8>) -> String { ByteString(copying: text).text }
}
