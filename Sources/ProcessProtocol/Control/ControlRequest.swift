internal import Authentication

/// What saslauthctl(8) asks of a running daemon, on a connection of its own: one line.
///
/// The line begins with the word `version` and the version of saslauthctl, in all versions.
package enum ControlRequest: Hashable, Sendable {
    /// What the daemon is doing.
    case status(StatusFormat)
    /// What is cached of one login, or all that is cached, is to be dropped.
    case flush(login: String?)
    /// Settings and files are to be read again.
    case reload
    /// All workers are to be replaced.
    case restartWorkers

    package enum StatusFormat: Hashable, Sendable {
        /// For people.
        case page
        case json
        case prometheus
    }

    /// The name of the socket in the run directory.
    package static let socketName = "control"

    /// Why a line is no request of ours.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case otherVersion(VersionMismatch)
        case unknownCommand(String)

        package var description: String {
            switch self {
            case .otherVersion(let mismatch): mismatch.description
            case .unknownCommand(let words): "this saslauthd does not know the command: \(words)"
            }
        }
    }

    private static let versionWord = "version"

    /// Reads a line without its end; `own` is the version of the daemon.
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

    /// The line with its end; `own` is the version of saslauthctl.
    ///
    /// A login has no break of a line in it.
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
            // Whatever stands behind the blank is the login.
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
