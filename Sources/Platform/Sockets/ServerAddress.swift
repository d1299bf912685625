/// The address of a server as people write it: `name`, `name:25`, `192.0.2.1:25`, `[2001:db8::1]:25`.
///
/// Nothing is looked up: a name that no host has is found out by those who connect.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or a numerical address, without brackets; not empty.
    package let host: String
    /// From 1 to 65535; `nil` where none is written.
    package let port: UInt16?

    /// What is wrong with a text.
    package enum Fault: Error, Hashable, CustomStringConvertible {
        case noHost
        /// Not from 1 to 65535.
        case badPort(String)
        /// An address of IPv6 that could also be one with a port.
        case noBrackets(String)
        /// Brackets that are not closed, or have something else than a port behind them.
        case badBrackets(String)

        package var description: String {
            switch self {
            case .noHost: "no host name"
            case .badPort(let port): "\"\(port)\" is no port, 1 to 65535"
            case .noBrackets(let text): "an IPv6 address stands in brackets, [\(text)]"
            case .badBrackets(let text): "\"\(text)\" is no address in brackets"
            }
        }
    }

    package init(host: String, port: UInt16?) {
        self.host = host
        self.port = port
    }

    /// Reads `text`; with `allowsBareIPv6` one with several colons and no brackets is a host without a port, and no fault.
    package init(_ text: String, allowsBareIPv6: Bool = false) throws(Fault) {
        if text.hasPrefix("[") {
            let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[1].isEmpty || parts[1].hasPrefix(":") else {
                throw .badBrackets(text)
            }
            host = String(parts[0])
            port = try Self.port(in: parts[1])
            return
        }
        let name = text.prefix { $0 != ":" }
        let rest = text.dropFirst(name.count)
        if rest.dropFirst().contains(":") {
            guard allowsBareIPv6 else { throw .noBrackets(text) }
            host = text
            port = nil
            return
        }
        guard !name.isEmpty else { throw .noHost }
        host = String(name)
        port = try Self.port(in: rest)
    }

    /// The port in `:PORT`, or in nothing.
    private static func port(in text: Substring) throws(Fault) -> UInt16? {
        guard !text.isEmpty else { return nil }
        let digits = text.dropFirst()
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = UInt16(digits), port > 0
        else { throw .badPort(String(digits)) }
        return port
    }

    /// The text that is read as this address.
    package var description: String {
        guard let port else { return host }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
