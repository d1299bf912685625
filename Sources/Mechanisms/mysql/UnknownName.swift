internal import MechanismKit

/// A name that is not a setting.
///
/// pam_mysql ignores it. So does this mechanism, unless it may be a misspelling of a setting that restricts logins,
/// selects the server or says how hashes are read: ignoring that could let more users log in than intended.
struct UnknownName: Equatable {
    let text: String
    /// Whether it has a value; a word without one may be the rest of another value.
    let hasValue: Bool
    /// The setting that was most likely meant; `nil` when none is similar.
    let nearest: String?
    private let isNearToEffect: Bool

    init(_ text: String, hasValue: Bool) {
        self.text = text
        self.hasValue = hasValue
        let name = text.lowercased()
        let names = SettingName.allCases.map { ($0.rawValue, $0) } + SettingName.inFiles.sorted { $0.key < $1.key }
        let limit = max(2, name.utf8.count / 3)
        let near = names.map { (name: $0.0, setting: $0.1, distance: $0.0.editDistance(to: name)) }
            .filter { $0.distance <= limit }
        let closest = near.min { $0.distance < $1.distance }
        nearest = Self.isOfNSS(name) ? nil : closest?.name
        isNearToEffect = near.contains { !$0.setting.isWithoutEffect && $0.distance == closest?.distance }
    }

    /// Whether it can be a name, rather than part of a value.
    var isName: Bool {
        let isWord = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || "0123456789._-".utf8.contains(byte)
        }
        return !text.isEmpty && isWord && (hasValue || nearest != nil || Self.pamWords.contains(text))
    }

    /// Whether it must not be ignored.
    var mayMatter: Bool {
        let name = text.lowercased()
        if Self.pamWords.contains(name) || Self.isOfNSS(name) { return false }
        return isNearToEffect || Self.stems.contains { name.contains($0) }
    }

    /// Whether it is a setting of nss-mysql, which reads the same files.
    private static func isOfNSS(_ name: String) -> Bool {
        nssNames.contains(name) || nssPrefixes.contains { name.hasPrefix($0) }
    }

    /// Arguments of other PAM modules and of older releases of pam_mysql.
    private static let pamWords: Set<String> = ["ignore_root", "nullok", "likeauth", "use_authtok", "audit"]

    private static let nssPrefixes = ["groups.", "shadow.", "log."]
    private static let nssNames: Set<String> = [
        "users.uid_column", "users.userid_column", "users.gid_column", "users.realname_column", "users.gecos_column",
        "users.homedir_column", "users.shell_column", "users.maildir_column", "users.backup_host",
        "users.backup_database",
    ]

    /// Parts of names that suggest a restriction of the query, or how its result is read.
    private static let stems = [
        "where", "filter", "cond", "restrict", "limit", "stat", "activ", "enabl", "disabl", "expire", "column", "table",
        "select", "quer", "sql", "crypt", "scheme", "hash", "weak", "ssl", "tls", "verify",
    ]
}
