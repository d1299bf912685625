/// A server address as users write it: `name`, `name:25`, `192.0.2.1:25`, `[2001:db8::1]:25`.
///
/// Names are not looked up here.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or a numeric address, without brackets; not empty.
    package let host: String
    /// From 1 to 65535; `nil` if none is given.
    package let port: UInt16?

    /// Why a text is not an address.
    package enum Fault: Error, Hashable, CustomStringConvertible {
        case noHost
        /// Not a number from 1 to 65535.
        case badPort(String)
        /// An IPv6 address without brackets, whose end might be a port.
        case noBrackets(String)
        /// Brackets that are not closed, or that are followed by something other than a port.
        case badBrackets(String)

        package var description: String {
            switch self {
            case .noHost: "no host name"
            case .badPort(let port): "\"\(port)\" is not a port from 1 to 65535"
            case .noBrackets(let text): "write an IPv6 address in brackets: [\(text)]"
            case .badBrackets(let text): "\"\(text)\" is not an address in brackets"
            }
        }
    }

    package init(host: String, port: UInt16?) {
        self.host = host
        self.port = port
    }

    /// Parses `text`; with `allowsBareIPv6` an IPv6 address without brackets is a host without a port.
    package init(_ text: String, allowsBareIPv6: Bool = false) throws(Fault) {
        if text.hasPrefix("[") {
            let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("["),
                parts[1].isEmpty || parts[1].hasPrefix(":")
            else {
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

    /// The port in `:PORT`, if the text is not empty.
    private static func port(in text: Substring) throws(Fault) -> UInt16? {
        guard !text.isEmpty else { return nil }
        let digits = text.dropFirst()
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = UInt16(digits), port > 0
        else { throw .badPort(String(digits)) }
        return port
    }

    /// The address as text that can be parsed again.
    package var description: String {
        guard let port else { return host }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
