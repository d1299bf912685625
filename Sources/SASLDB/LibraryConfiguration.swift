internal import Glibc
package import Platform

/// The libsasl2 configuration file of an application, `NAME.conf`, for the settings that say where passwords are
/// stored.
package struct LibraryConfiguration: Equatable, Sendable {
    /// Why the file cannot be read, or its settings cannot be used.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case malformed(file: String, line: Int)
        /// Passwords are stored by plugins other than sasldb.
        case noSASLDB(file: String)
        case unreadable(SystemError)

        /// libsasl2's text, a colon, and the reason.
        package var description: String {
            switch self {
            case .malformed(let file, let line):
                "error when parsing configuration file: \(file):\(line): not of the form name: value"
            case .noSASLDB(let file): "no mechanism available: auxprop_plugin in \(file) does not name sasldb"
            case .unreadable(let error): "error when parsing configuration file: \(error)"
            }
        }

        /// libsasl2's result code, negated.
        package var exitCode: Int32 {
            switch self {
            case .malformed, .unreadable: 100
            case .noSASLDB: 4
            }
        }
    }

    /// The path of the file; `nil` if there is none.
    package let file: String?
    /// The first value of each name, by the name in lower case.
    private let values: [String: String]

    /// The folders that libsasl2 searches, in order: those of Debian's build, then of Red Hat's.
    private static let folders = [
        "/etc/sasl2", "/etc/sasl", "/usr/lib/\(architecture)-linux-gnu/sasl2", "/usr/lib/sasl2", "/usr/lib64/sasl2",
    ]

    #if arch(x86_64)
        private static let architecture = "x86_64"
    #elseif arch(arm64)
        private static let architecture = "aarch64"
    #else
        private static let architecture = "unknown"
    #endif

    /// How much of a file is read at most, in bytes.
    private static let longest = 1 << 20

    /// Reads the first `NAME.conf` that can be opened, in the folders of `SASL_CONF_PATH` or libsasl2's default ones.
    ///
    /// Files that cannot be opened are skipped, as in libsasl2. Without any file, all settings have their defaults.
    package init(application name: String) throws(Failure) {
        try self.init(application: name, searchPath: Self.searchPath)
    }

    init(application name: String, searchPath: String?) throws(Failure) {
        let folders =
            searchPath.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
            ?? Self.folders
        for folder in folders {
            let path = "\(folder)/\(name).conf"
            guard let file = try? OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) else { continue }
            let text: [UInt8]
            do throws(SystemError) { text = try file.readAll(limit: Self.longest) } catch {
                // libsasl2 treats a folder as an empty file.
                guard error.number == EISDIR else { throw .unreadable(error) }
                text = []
            }
            self = try LibraryConfiguration(file: path, text: text)
            return
        }
        (file, values) = (nil, [:])
    }

    /// Parses `text`, the content of the file at `path`: lines of `name: value`, and comment lines that begin with `#`.
    init(file path: String, text: [UInt8]) throws(Failure) {
        var values: [String: String] = [:]
        for (number, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let rest = line.drop(while: Self.isBlank)
            guard let first = rest.first, first != UInt8(ascii: "#") else { continue }
            let name = rest.prefix(while: Self.isOfName)
            guard rest.dropFirst(name.count).first == UInt8(ascii: ":") else {
                throw .malformed(file: path, line: number + 1)
            }
            var value = rest.dropFirst(name.count + 1).drop(while: Self.isBlank)
            while let last = value.last, Self.isBlank(last) { value.removeLast() }
            // A value that is not UTF-8, or contains a zero byte, cannot be a path.
            guard !value.isEmpty, let text = String(validating: value, as: UTF8.self), !value.contains(0) else {
                throw .malformed(file: path, line: number + 1)
            }
            let known = String(decoding: name, as: UTF8.self).lowercased()
            if values[known] == nil { values[known] = text }
        }
        (file, self.values) = (path, values)
    }

    /// The sasldb2 file that the configuration names, or libsasl2's default.
    ///
    /// Throws when `auxprop_plugin` names only other plugins: no program would read the sasldb2 file.
    package func sasldbPath() throws(Failure) -> String {
        if let plugins = values["auxprop_plugin"] {
            guard plugins.lowercased().split(whereSeparator: \.isWhitespace).contains("sasldb") else {
                throw .noSASLDB(file: file ?? "")
            }
        }
        return values["sasldb_path"] ?? SASLDBReader.defaultPath
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    /// The environment's `SASL_CONF_PATH`; ignored when the program is setuid or setgid.
    private static var searchPath: String? {
        guard getuid() == geteuid(), getgid() == getegid() else { return nil }
        return Program.variable("SASL_CONF_PATH")
    }
}
