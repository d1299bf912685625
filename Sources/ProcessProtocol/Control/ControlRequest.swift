internal import Authentication

/// A request of saslauthctl(8) to a running daemon: one line, on a connection of its own.
///
/// In all versions the line begins with the word `version` and the version of saslauthctl.
package enum ControlRequest: Hashable, Sendable {
    /// Report what the daemon is doing.
    case status(StatusFormat)
    /// Drop the cached logins of one user, or all.
    case flush(login: String?)
    /// Reload settings and files.
    case reload
    /// Replace all workers.
    case restartWorkers

    package enum StatusFormat: Hashable, Sendable {
        /// Plain text for a terminal.
        case page
        case json
        case prometheus
    }

    /// The name of the socket in the run directory.
    package static let socketName = "control"

    /// Why a request was not understood.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case otherVersion(VersionMismatch)
        case unknownCommand(String)

        package var description: String {
            switch self {
            case .otherVersion(let mismatch): mismatch.description
            case .unknownCommand(let words): "unknown command: \(words)"
            }
        }
    }

    private static let versionWord = "version"

    /// Parses a line without its line break; `own` is the version of the daemon.
    package init(decoding line: String, own: String = Product.version) throws(Fault) {
        guard let (word, rest) = line.dividedAtBlank, word == Self.versionWord else {
            throw Self.request(line) == nil ? .unknownCommand(line) : .otherVersion(VersionMismatch("saslauthctl"))
        }
        let (version, words) = rest.dividedAtBlank ?? (rest, "")
        guard version == own else {
            throw .otherVersion(VersionMismatch("saslauthctl", version: version, daemon: own))
        }
        guard let request = Self.request(words) else { throw .unknownCommand(words) }
        self = request
    }

    /// The line with its line break; `own` is the version of saslauthctl.
    ///
    /// A login must not contain a line break.
    package func encoded(own: String = Product.version) -> [UInt8] {
        precondition(!words.utf8.contains(0x0A), "a request is one line")
        return Array("\(Self.versionWord) \(own) \(words)\n".utf8)
    }

    private static let flushWord = "flush"

    private static func request(_ words: String) -> ControlRequest? {
        switch words {
        case "status": .status(.page)
        case "status json": .status(.json)
        case "status prometheus": .status(.prometheus)
        case flushWord: .flush(login: nil)
        case "reload": .reload
        case "workers restart": .restartWorkers
        default:
            // The login is everything after the first space.
            if let (word, login) = words.dividedAtBlank, word == flushWord { .flush(login: login) } else { nil }
        }
    }

    private var words: String {
        switch self {
        case .status(.page): "status"
        case .status(.json): "status json"
        case .status(.prometheus): "status prometheus"
        case .flush(nil): Self.flushWord
        case .flush(let login?): "\(Self.flushWord) \(login)"
        case .reload: "reload"
        case .restartWorkers: "workers restart"
        }
    }
}
