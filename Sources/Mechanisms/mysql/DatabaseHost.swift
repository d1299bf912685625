internal import MechanismKit

/// Where a server listens.
enum DatabaseHost: Sendable, Hashable, CustomStringConvertible {
    /// On a UNIX socket; without a path on the one that the client library knows.
    case socket(path: String?)
    case network(name: String, port: UInt32)

    static let defaultPort: UInt32 = 3306

    /// Reads `name`, `name:port`, `[address]:port` or the absolute path of a socket; `localhost` is the library's socket.
    init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        if text.hasPrefix("/") {
            self = .socket(path: text)
        } else if text == "localhost" {
            self = .socket(path: nil)
        } else if text.hasPrefix("[") {
            let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let port = Self.port(behind: parts[1]) else { return nil }
            self = .network(name: String(parts[0]), port: port)
        } else if text.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1 {
            self = .network(name: text, port: Self.defaultPort)
        } else {
            let name = text.prefix { $0 != ":" }
            guard !name.isEmpty, let port = Self.port(behind: text.dropFirst(name.count)) else { return nil }
            self = .network(name: String(name), port: port)
        }
    }

    var description: String {
        switch self {
        case .socket(let path): path ?? "localhost"
        case .network(let name, let port): name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
        }
    }

    /// Whether what is said to it passes no network.
    var isLocal: Bool {
        switch self {
        case .socket: true
        case .network(let name, _): name.hasPrefix("127.") || name == "::1"
        }
    }

    private static func port(behind text: Substring) -> UInt32? {
        if text.isEmpty { return defaultPort }
        guard text.hasPrefix(":"), let port = UInt16(text.dropFirst()), port > 0 else { return nil }
        return UInt32(port)
    }
}
