internal import Glibc
internal import Platform

/// The line `saslauthd_path` in a configuration file of libsasl2: where that program looks for the daemon.
struct ClientSettings: Equatable {
    let file: String
    let line: Int
    let path: String

    /// The chroot of Postfix; paths in the configuration of a program in it are relative to it.
    private static let chroot = "/var/spool/postfix"

    /// Reads `text`, the contents of `file`; `nil` if it names no path or its program does not use saslauthd.
    init?(file: String, text: String) {
        // The options of Cyrus IMAP begin with `sasl_`.
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

    /// Where the path leads.
    enum Verdict: Equatable {
        /// To a socket of this daemon.
        case own
        /// To the socket of another daemon, perhaps one that does not run now.
        case other
        /// To no socket; the text says what to write instead.
        case wrong(String)
    }

    /// Checks the path, which may be relative to a chroot.
    ///
    /// `directories` are this daemon's run directories. `kind` gives the kind of file at a path. `others` are the paths in the
    /// settings files of all instances: a daemon may serve them later.
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
                "\(place) is a directory; libsasl2 needs the path of the socket: \"saslauthd_path: \(directory)/mux\""
            )
        }
        let served = places.map { $0.hasSuffix("/mux") ? String($0.dropLast(4)) : $0 }
        guard !served.contains(where: others.contains), let first = directories.first else { return .other }
        return .wrong("\(place) is not a socket; this daemon serves \"saslauthd_path: \(first)/mux\"")
    }

    private static func trimmed(_ text: Substring) -> String? {
        let start = text.drop(while: \.isWhitespace)
        let end = start.reversed().drop(while: \.isWhitespace).reversed()
        return end.isEmpty ? nil : String(end)
    }

    /// The path without repeated slashes, and with /run for /var/run.
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

    /// The settings of this system's clients.
    static func all() -> [ClientSettings] {
        let files = folders.flatMap { names(in: $0) { $0.hasSuffix(".conf") } } + ["/etc/imapd.conf"]
        return files.prefix(most).compactMap { file in
            text(of: file).flatMap { ClientSettings(file: file, text: $0) }
        }
    }

    /// The paths in the settings files of all instances.
    static func instances() -> Set<String> {
        let files = ["/etc/default", "/etc/sysconfig"].flatMap { names(in: $0) { $0.hasPrefix("saslauthd") } }
        return Set(files.prefix(most).compactMap(text).flatMap(paths))
    }

    /// The paths in a settings file, without those in comments.
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
