internal import Authentication
internal import MechanismKit

/// Settings as written: pam_mysql's arguments on one line, or a file with lines of `name = value`.
///
/// The password is never a `String`, whose copies are not wiped; its value in `settings` is empty.
struct SettingsText: ~Copyable {
    private(set) var settings: [Setting] = []
    /// The last password; `nil` if there is none.
    private(set) var password: Secret?

    /// Warnings about ignored settings, for the log.
    private(set) var remarks: [String] = []

    init() {}

    /// Appends the settings of a file, which override these.
    mutating func append(_ other: consuming SettingsText) {
        settings += other.settings
        remarks += other.remarks
        switch other.password.take() {
        case .some(let word): password = consume word
        case nil: break
        }
    }

    /// Replaces all settings by those of another text.
    mutating func replace(by other: consuming SettingsText) {
        (settings, remarks) = (other.settings, other.remarks)
        password = other.password.take()
    }

    /// Moves the password out; empty if there is none.
    mutating func takePassword() -> Secret { password.take() ?? Secret(copying: Span()) }

    /// Adds a setting `name=value`, or `name`, which means true, as in pam_mysql.
    ///
    /// Throws when the name is unknown and may stand for a setting that must not be ignored.
    mutating func add(_ word: Span<UInt8>, at place: Setting.Place) throws(UnusableMechanism) {
        var end = 0
        while end < word.count, word[end] != UInt8(ascii: "=") { end += 1 }
        let name = Self.string(Self.trimmed(word.extracting(first: end)))
        guard let known = SettingName(written: name) else {
            return try remark(UnknownName(name, hasValue: end < word.count), at: place)
        }
        guard end < word.count else {
            if known == .passwd { password = Secret(copying: [UInt8(ascii: "1")].span) }
            return settings.append(Setting(name: known, value: known == .passwd ? "" : "1", place: place))
        }
        let value = Self.trimmed(word.extracting(droppingFirst: end + 1))
        guard !value.indices.contains(where: { value[$0] == 0 }) else {
            throw UnusableMechanism("\(place): \(name)= contains a zero byte")
        }
        if known == .passwd { password = Secret(copying: value) }
        settings.append(Setting(name: known, value: known == .passwd ? "" : Self.string(value), place: place))
    }

    private mutating func remark(_ unknown: UnknownName, at place: Setting.Place) throws(UnusableMechanism) {
        let hint = unknown.nearest.map { "; did you mean \($0)?" } ?? ""
        // Not logged: a value, and a word that may be the rest of a password with blanks.
        let isRestOfPassword = place.isOnOneLine && settings.last?.name == .passwd && unknown.nearest == nil
        guard !isRestOfPassword, unknown.isName else {
            throw UnusableMechanism(
                "\(place): a word is not a setting; put values with blanks in brackets: [name=value]"
            )
        }
        guard !unknown.mayMatter else {
            throw UnusableMechanism("\(place): unknown setting \(unknown.text)\(hint)")
        }
        remarks.append("\(place): ignoring unknown setting \(unknown.text)\(hint)")
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }

    @_lifetime(copy text)
    static func trimmed(_ text: Span<UInt8>) -> Span<UInt8> {
        var (start, end) = (0, text.count)
        while start < end, isBlank(text[start]) { start += 1 }
        while start < end, isBlank(text[end - 1]) { end -= 1 }
        return text.extracting(start..<end)
    }

    static func string(_ text: Span<UInt8>) -> String { ByteString(copying: text).text }
}

extension Setting.Place {
    /// Whether several settings may be on one line.
    fileprivate var isOnOneLine: Bool {
        switch self {
        case .option, .pamLine: true
        case .file: false
        }
    }
}
