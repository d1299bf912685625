internal import Glibc
internal import Platform

/// The sources that the name service switch uses for a database, nsswitch.conf(5).
package enum NameServiceSources {
    private static let path = "/etc/nsswitch.conf"
    private static let longestFile = 1 << 16
    private static let longestList = 200

    /// The sources of `database`, `passwd` for instance, and where they are configured, for `--check`.
    package static func of(_ database: String) -> String {
        guard let file = try? OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK),
            let bytes = try? file.readAll(limit: longestFile)
        else { return "the default, because \(path) cannot be read" }
        let list = list(of: database, in: String(decoding: bytes, as: UTF8.self))
        guard let list else { return "the default, because \(path) does not name \(database)" }
        return "\(list.isEmpty ? "none" : list) (\(path))"
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
