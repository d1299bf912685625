internal import Glibc
internal import Platform

/// A line in a configuration file of libsasl2 that says where its program looks for the daemon: `saslauthd_path`.
struct ClientSettings: Equatable {
    let file: String
    let line: Int
    let path: String

    /// Below which the paths of programs in a chroot begin.
    private static let chroot = "/var/spool/postfix"

    /// Reads the file at `file`, which holds `text`; `nil` where it names no path, or its program does not ask saslauthd.
    init?(file: String, text: String) {
        // Those of Cyrus IMAP begin with `sasl_`.
        let isOfIMAP = file.hasSuffix("/imapd.conf")
        var values: [String: (text: String, line: Int)] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let name = Self.trimmed(parts[0]), !name.hasPrefix("#") else { continue }
            let known = name.lowercased()
            guard let value = Self.trimmed(parts[1]), values[known] == nil else { continue }
            values[known] = (value, number + 1)
        }
        let prefix = isOfIMAP ? "sasl_" : ""
        guard let found = values["\(prefix)saslauthd_path"], found.text.hasPrefix("/"),
            values["\(prefix)pwcheck_method"]?.text.split(whereSeparator: \.isWhitespace).contains("saslauthd") == true
        else { return nil }
        (self.file, line, path) = (file, found.line, found.text)
    }

    /// What is to be thought of the path.
    enum Verdict: Equatable {
        /// It is a socket of this daemon.
        case own
        /// It is one of another, or may be.
        case other
        /// Why it is none, and what would be right.
        case wrong(String)
    }

    /// Looks at the path, which may be one in a chroot.
    ///
    /// `directories` are this daemon's; `kind` says what a path leads to; `others` are the paths that settings files of all
    /// instances name: they may be served later.
    func verdict(_ directories: [String], others: Set<String>, kind: (String) -> FileStatus.Kind?) -> Verdict {
        let places = [path, Self.chroot + path].map(Self.normalized)
        let own = directories.map(Self.normalized)
        if places.contains(where: { place in own.contains { place == "\($0)/mux" } }) { return .own }
        let kinds = places.map(kind)
        if kinds.contains(.socket) { return .other }
        let place = "\(file):\(line): saslauthd_path: \(path)"
        let directory = path.hasSuffix("/") ? String(path.dropLast()) : path
        if kinds.contains(.directory) || places.contains(where: own.contains) {
            return .wrong(
                "\(place) is a directory; libsasl2 needs the socket in it: \"saslauthd_path: \(directory)/mux\""
            )
        }
        let served = places.map { $0.hasSuffix("/mux") ? String($0.dropLast(4)) : $0 }
        guard !served.contains(where: others.contains), let first = directories.first else { return .other }
        return .wrong("\(place) is no socket; this daemon has \"saslauthd_path: \(first)/mux\"")
    }

    private static func trimmed(_ text: Substring) -> String? {
        let start = text.drop(while: \.isWhitespace)
        let end = start.reversed().drop(while: \.isWhitespace).reversed()
        return end.isEmpty ? nil : String(end)
    }

    /// The path without extra slashes, and with /run for the name that it has below /var.
    private static func normalized(_ path: String) -> String {
        let plain = "/" + path.split(separator: "/").joined(separator: "/")
        return plain.hasPrefix("/var/run/") ? String(plain.dropFirst(4)) : plain
    }
}

extension ClientSettings {
    /// Where libsasl2 and Postfix look for configuration files.
    private static let folders = [
        "/etc/postfix/sasl", "/etc/sasl2", "/etc/sasl", "/usr/lib/sasl2", "/usr/lib64/sasl2",
        "/usr/lib/x86_64-linux-gnu/sasl2", "/usr/lib/aarch64-linux-gnu/sasl2",
    ]
    private static let longest = 1 << 16
    private static let most = 100

    /// Those of this system.
    static func all() -> [ClientSettings] {
        let files = folders.flatMap { names(in: $0) { $0.hasSuffix(".conf") } } + ["/etc/imapd.conf"]
        return files.prefix(most).compactMap { file in
            text(of: file).flatMap { ClientSettings(file: file, text: $0) }
        }
    }

    /// The paths that settings files of all instances name.
    static func instances() -> Set<String> {
        let files = ["/etc/default", "/etc/sysconfig"].flatMap { names(in: $0) { $0.hasPrefix("saslauthd") } }
        return Set(files.prefix(most).compactMap(text).flatMap(paths))
    }

    /// The paths in a settings file, but for those of its comments.
    static func paths(in text: String) -> [String] {
        let lines = text.split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix("#") }
        return lines.flatMap { $0.split(whereSeparator: { $0.isWhitespace || "\"'=".contains($0) }) }
            .filter { $0.hasPrefix("/") }.map { normalized(String($0)) }
    }

    private static func names(in folder: String, where isWanted: (String) -> Bool) -> [String] {
        ((try? Directory.entries(of: folder)) ?? []).filter(isWanted).sorted().map { "\(folder)/\($0)" }
    }

    private static func text(of file: String) -> String? {
        guard (try? FileStatus(of: file))?.kind == .regular,
            let descriptor = try? OwnedDescriptor.open(file, O_RDONLY | O_NONBLOCK),
            let bytes = try? descriptor.readAll(limit: longest)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
