internal import Platform

/// Where a server listens.
enum DatabaseHost: Sendable, Hashable, CustomStringConvertible {
    /// On a UNIX socket; without a path on the one that the client library knows.
    case socket(path: String?)
    case network(name: String, port: UInt32)

    static let defaultPort: UInt32 = 3306

    /// Reads `name`, `name:port`, `[address]:port` or the absolute path of a socket; `localhost` is the library's socket.
    init?(_ text: String) {
        if text.hasPrefix("/") {
            self = .socket(path: text)
        } else if text == "localhost" {
            self = .socket(path: nil)
        } else {
            guard let address = try? ServerAddress(text, allowsBareIPv6: true) else { return nil }
            self = .network(name: address.host, port: address.port.map(UInt32.init) ?? Self.defaultPort)
        }
    }

    var description: String {
        switch self {
        case .socket(let path): path ?? "localhost"
        case .network(let name, let port): ServerAddress(host: name, port: UInt16(port)).description
        }
    }

    /// Whether what is said to it passes no network.
    var isLocal: Bool {
        switch self {
        case .socket: true
        case .network(let name, _): name.hasPrefix("127.") || name == "::1"
        }
    }
}
