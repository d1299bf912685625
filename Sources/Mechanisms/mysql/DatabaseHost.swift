internal import Platform

/// The address of a server.
enum DatabaseHost: Sendable, Hashable, CustomStringConvertible {
    /// A UNIX socket; without a path, the client library's default.
    case socket(path: String?)
    case network(name: String, port: UInt32)

    static let defaultPort: UInt32 = 3306

    /// Reads `name`, `name:port`, `[address]:port` or the absolute path of a socket; `localhost` is the default socket.
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

    /// Whether the connection does not leave the host.
    var isLocal: Bool {
        switch self {
        case .socket: true
        case .network(let name, _): name.hasPrefix("127.") || name == "::1"
        }
    }
}
