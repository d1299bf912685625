internal import MechanismKit

/// What `-O` says: the servers in the order in which they are asked, and how long.
struct MailOptions: Hashable, Sendable {
    /// One at the least.
    var servers: [Server]
    /// How long a login may take, in seconds, all servers together.
    var timeout = Self.defaultTimeout
    private var hasTimeout = false

    static let defaultTimeout = 20
    static let longestTimeout = 600

    init(servers: [Server]) {
        self.servers = servers
    }

    /// Reads `host`, `host/port`, or URLs with blanks or commas between them.
    ///
    /// Nothing is resolved but the name of a service, by `portOfService`.
    init(
        _ text: String,
        of mailProtocol: MailProtocol,
        portOfService: (String) -> UInt16?
    ) throws(UnusableMechanism) {
        let words = text.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "," }.map(String.init)
        guard !words.isEmpty else {
            throw UnusableMechanism("no server: -O wants one, \(mailProtocol)s://HOST for instance")
        }
        guard text.contains("://") else {
            guard words.count == 1 else {
                throw UnusableMechanism("-O \(text): several servers are written as URLs, \(mailProtocol)s://HOST")
            }
            self.init(servers: [try Self.server(bare: words[0], of: mailProtocol, portOfService: portOfService)])
            return
        }
        self.init(servers: [])
        for word in words {
            var parser = URLParser(word, of: mailProtocol)
            servers.append(try parser.server())
            guard let seconds = parser.timeout else { continue }
            guard !hasTimeout || seconds == timeout else {
                throw UnusableMechanism("-O \(word): timeout= is for all servers together, and was another before")
            }
            timeout = seconds
            hasTimeout = true
        }
    }

    /// Sees to it that a login takes less than `limit` seconds, after which the daemon's client gets a temporary failure anyway.
    ///
    /// Gives a line for the log where the options want something else.
    mutating func fit(within limit: Int) -> String? {
        guard timeout >= limit else { return nil }
        let wanted = timeout
        timeout = max(1, limit - 1)
        return hasTimeout ? "timeout=\(wanted) is not below --timeout \(limit), and \(timeout) is taken" : nil
    }

    /// The original's form: what follows the first slash is a port or the name of a service.
    private static func server(
        bare text: String,
        of mailProtocol: MailProtocol,
        portOfService: (String) -> UInt16?
    ) throws(UnusableMechanism) -> Server {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard HostName.isAllowed(parts[0]) else {
            throw UnusableMechanism("-O \(text): \"\(parts[0])\" is no host; write HOST, HOST/PORT or URLs")
        }
        var port = mailProtocol.plainPort
        if parts.count == 2 {
            guard let named = UInt16(parts[1]) ?? portOfService(parts[1]), named > 0 else {
                throw UnusableMechanism("-O \(text): \"\(parts[1])\" is neither a port, 1 to 65535, nor a service")
            }
            port = named
        }
        return Server(mailProtocol, host: parts[0], port: port, isEncrypted: false, startTLS: .no)
    }
}

/// What can be the host of a server.
enum HostName {
    /// Whether `text` is made of what names and addresses are made of.
    static func isAllowed(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count), text.first != "-", text.first != "." else { return false }
        return text.contains(":") ? isAddress(text) : text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") }
    }

    /// Of IPv6, with a zone behind a percent sign or not.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        let isZone = parts.count == 1 || !parts[1].isEmpty && parts[1].utf8.allSatisfy(isWord)
        return isZone && parts[0].allSatisfy { $0 == ":" || $0 == "." || $0.isASCII && $0.isHexDigit }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
