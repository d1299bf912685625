/// A name that is no setting's, as it was written.
///
/// pam_mysql ignores it. So does this mechanism, unless it may be meant for a setting that narrows who can log in, says whom to ask
/// or how hashes are read: without it more could log in than the administrator wants.
struct UnknownName: Equatable {
    let text: String
    /// Whether a value stands behind it; what has none may be the rest of another value.
    let hasValue: Bool
    /// The setting that was most likely meant; `nil` when it is like none.
    let nearest: String?
    private let isNearToEffect: Bool

    init(_ text: String, hasValue: Bool) {
        self.text = text
        self.hasValue = hasValue
        let name = text.lowercased()
        let names = SettingName.allCases.map { ($0.rawValue, $0) } + SettingName.inFiles.sorted { $0.key < $1.key }
        let limit = max(2, name.utf8.count / 3)
        let near = names.map { (name: $0.0, setting: $0.1, distance: Self.distance($0.0, name)) }
            .filter { $0.distance <= limit }
        let closest = near.min { $0.distance < $1.distance }
        nearest = Self.isOfNSS(name) ? nil : closest?.name
        isNearToEffect = near.contains { !$0.setting.isWithoutEffect && $0.distance == closest?.distance }
    }

    /// Whether it can be a name at all, and is no part of a value.
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

    /// Whether nss-mysql, which reads the same files, knows it.
    private static func isOfNSS(_ name: String) -> Bool {
        nssNames.contains(name) || nssPrefixes.contains { name.hasPrefix($0) }
    }

    /// Words that other modules of PAM, and older releases of pam_mysql, take.
    private static let pamWords: Set<String> = ["ignore_root", "nullok", "likeauth", "use_authtok", "audit"]

    private static let nssPrefixes = ["groups.", "shadow.", "log."]
    private static let nssNames: Set<String> = [
        "users.uid_column", "users.userid_column", "users.gid_column", "users.realname_column", "users.gecos_column",
        "users.homedir_column", "users.shell_column", "users.maildir_column", "users.backup_host",
        "users.backup_database",
    ]

    /// What names have in them that narrow a query, or say how it is answered.
    private static let stems = [
        "where", "filter", "cond", "restrict", "limit", "stat", "activ", "enabl", "disabl", "expire", "column", "table",
        "select", "quer", "sql", "crypt", "scheme", "hash", "weak", "ssl", "tls", "verify",
    ]

    /// How many characters have to be put in, taken out or changed to make one of the other (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, byte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let changed = diagonal + (byte == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
