internal import Glibc
internal import Platform

/// The sources that the name service switch uses for a database, nsswitch.conf(5).
package enum NameServiceSources {
    private static let path = "/etc/nsswitch.conf"
    private static let longestFile = 1 << 16
    private static let longestList = 200

    /// The sources of `database`, `passwd` for instance, and where they are configured, for `--check`.
    package static func of(_ database: String) -> String {
        guard let text else { return "the default, because \(path) cannot be read" }
        guard let list = list(of: database, in: text) else {
            return "the default, because \(path) does not name \(database)"
        }
        return "\(list.isEmpty ? "none" : list) (\(path))"
    }

    /// Whether a source of `database` is the local file, as it is without a list.
    static func haveFiles(_ database: String) -> Bool {
        guard let list = text.flatMap({ list(of: database, in: $0) }) else { return true }
        return list.split(separator: " ").contains { ["files", "compat"].contains($0) }
    }

    private static var text: String? {
        guard let file = try? OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK),
            let bytes = try? file.readAll(limit: longestFile)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text behind the name of `database` in the text of nsswitch.conf(5), in one line and cut; `nil` if it is not there.
    static func list(of database: String, in text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) {
            let text = line.prefix { $0 != "#" }
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }) == database else { continue }
            return String(parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(longestList))
        }
        return nil
    }
}
