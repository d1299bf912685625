internal import Authentication
internal import Platform

/// The text of a settings file, line by line, before its values are read.
///
/// The format is that of Cyrus saslauthd: `key: value` without blanks before the colon, without quotes, and without comments after
/// values. Lines that make Cyrus saslauthd reject the file silently are faults.
struct SettingsText: ~Copyable {
    /// In the order of the file; of several lines with one key the last counts.
    private(set) var settings: [Setting] = []
    /// The last of the passwords; `nil` where there was none.
    private(set) var password: Secret?
    /// Remarks on accepted lines, for the log.
    private(set) var warnings: [String] = []
    /// Invalid lines, with advice.
    private(set) var faults: [SettingsFault] = []

    /// Reads the file at `path`, which holds `text`.
    init(file path: String, text: Span<UInt8>) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let hasMark = text.count >= mark.count && mark.indices.allSatisfy { text[$0] == mark[$0] }
        var start = hasMark ? mark.count : 0
        var number = 1
        for end in start...text.count where end == text.count || text[end] == UInt8(ascii: "\n") {
            add(text.extracting(start..<end), at: Setting.Place(file: path, line: number))
            (start, number) = (end + 1, number + 1)
        }
    }

    /// Warns of a file with a password that every account can read.
    mutating func look(at status: FileStatus, of path: String) {
        guard status.permissions & 0o004 != 0, let setting = settings.last(where: { $0.name.isSecret }) else { return }
        let path = PlainText.of(path)
        warnings.append("\(path) contains \(setting.key) and can be read by all accounts: chmod o-r \(path)")
    }

    /// Moves the password out; empty if there is none.
    mutating func takePassword() -> Secret { password.take() ?? Secret(copying: Span()) }

    private mutating func add(_ line: Span<UInt8>, at place: Setting.Place) {
        let text = Self.trimmed(line)
        guard !text.isEmpty, text[0] != UInt8(ascii: "#") else { return }
        var end = 0
        while end < text.count, Self.isKey(text[end]) { end += 1 }
        let key = ByteString(copying: text.extracting(first: end)).text
        guard end > 0, end < text.count, text[end] == UInt8(ascii: ":") else {
            return faults.append(SettingsFault(place, Self.complaint(key, text.extracting(end...))))
        }
        let value = Self.trimmed(text.extracting((end + 1)...))
        guard !value.isEmpty else {
            return faults.append(SettingsFault(place, "\(key) has no value; add one, or remove the line"))
        }
        guard !value.indices.contains(where: { value[$0] == 0 }) else {
            return faults.append(SettingsFault(place, "\(key) holds a zero byte"))
        }
        guard let name = SettingName(written: key) else { return remark(key, at: place) }
        if Self.hasBlanksAtEnd(line) { warn(ofBlanksBehind: name, key, at: place) }
        if name.isSecret { password = Secret(copying: value) }
        settings.append(
            Setting(name: name, key: key, value: name.isSecret ? "" : ByteString(copying: value), place: place)
        )
    }

    /// Describes an invalid line that begins with `key`; never shows a part of the value.
    private static func complaint(_ key: String, _ rest: Span<UInt8>) -> String {
        let rest = trimmed(rest)
        guard !key.isEmpty else { return "the line is neither \"key: value\" nor a comment that begins with #" }
        guard SettingName(written: key) != nil || key.lowercased().hasPrefix("ldap_"), !rest.isEmpty else {
            return "the line has no colon; write \"key: value\""
        }
        switch rest[0] {
        case UInt8(ascii: ":"): return "there are blanks before the colon; write \"\(key): value\""
        case UInt8(ascii: "="): return "there is an equals sign instead of a colon; write \"\(key): value\""
        default: return "there is no colon after \(key); write \"\(key): value\""
        }
    }

    private mutating func remark(_ key: String, at place: Setting.Place) {
        if let advice = SettingName.ignored[key.lowercased()] {
            warnings.append("\(place): \(key) has no effect; \(advice)")
        } else {
            let hint = SettingName.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
            warnings.append("\(place): unknown key \(key) is ignored\(hint)")
        }
    }

    private mutating func warn(ofBlanksBehind name: SettingName, _ key: String, at place: Setting.Place) {
        if name.isSecret {
            warnings.append(
                "\(place): blanks at the end of \(key) are ignored; Cyrus saslauthd treats them as part of the password"
            )
        } else if name.isEnumeration {
            warnings.append(
                "\(place): blanks at the end of \(key) are ignored; because of them Cyrus saslauthd ignores the line"
            )
        }
    }

    /// Whether there are blanks that Cyrus saslauthd takes for a part of the value.
    private static func hasBlanksAtEnd(_ line: Span<UInt8>) -> Bool {
        !line.isEmpty && isBlank(line[line.count - 1])
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
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
}

/// A fault in a settings file, with advice; never shows a password.
struct SettingsFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// `nil` for what is missing.
    let place: Setting.Place?
    private let text: String

    init(_ place: Setting.Place?, _ text: String) {
        self.place = place
        self.text = text
    }

    /// A fault of a value.
    init(_ setting: Setting, isNot right: String) {
        self.init(setting.place, "\(setting.key): \(setting.shown) is not \(right)")
    }

    var description: String { place.map { "\($0): \(text)" } ?? text }
}
