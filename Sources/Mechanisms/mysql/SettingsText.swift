internal import Authentication
internal import MechanismKit

/// Settings as they are written: pam_mysql's arguments on one line, or a file with one `name = value` a line.
///
/// The password is never a `String`, whose copies nobody wipes: among the settings it is empty.
struct SettingsText: ~Copyable {
    private(set) var settings: [Setting] = []
    /// The last of the passwords; `nil` where there was none.
    private(set) var password: Secret?

    /// What is ignored, for the log.
    private(set) var remarks: [String] = []

    init() {}

    /// Puts those of a file behind, so that they count before these.
    mutating func append(_ other: consuming SettingsText) {
        settings += other.settings
        remarks += other.remarks
        switch other.password.take() {
        case .some(let word): password = consume word
        case nil: break
        }
    }

    /// Takes what another holds in the place of its own.
    mutating func replace(by other: consuming SettingsText) {
        (settings, remarks) = (other.settings, other.remarks)
        password = other.password.take()
    }

    /// Parts with the password; an empty one where there was none.
    mutating func takePassword() -> Secret { password.take() ?? Secret(copying: Span()) }

    /// Adds what is written as `name=value`, or as a bare name, which is true as with pam_mysql.
    ///
    /// Throws where the name is not known and may be one that matters.
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
            throw UnusableMechanism("\(place): \(name) holds a zero byte")
        }
        if known == .passwd { password = Secret(copying: value) }
        settings.append(Setting(name: known, value: known == .passwd ? "" : Self.string(value), place: place))
    }

    private mutating func remark(_ unknown: UnknownName, at place: Setting.Place) throws(UnusableMechanism) {
        let hint = unknown.nearest.map { "; \($0) is meant, perhaps" } ?? ""
        // What follows the name may be a password, and so may the rest of a value that is broken at a blank.
        let isRestOfPassword = place.isOnOneLine && settings.last?.name == .passwd && unknown.nearest == nil
        guard !isRestOfPassword, unknown.isName else {
            throw UnusableMechanism(
                "\(place): there is a word that is no setting; a value with blanks stands in brackets: [name=value]"
            )
        }
        guard !unknown.mayMatter else {
            throw UnusableMechanism("\(place): there is no setting \(unknown.text)\(hint)")
        }
        remarks.append("\(place): there is no setting \(unknown.text), and it is ignored\(hint)")
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
    /// Whether settings stand next to each other there.
    fileprivate var isOnOneLine: Bool {
        switch self {
        case .option, .pamLine: true
        case .file: false
        }
    }
}
