internal import MechanismKit

/// The text of `-O`: the servers in the order in which they are tried, and the time limit.
struct MailOptions: Hashable, Sendable {
    /// At least one.
    var servers: [Server]
    /// How long a login may take with all servers together, in seconds.
    var timeout = Self.defaultTimeout
    private var hasTimeout = false

    static let defaultTimeout = 20
    static let longestTimeout = 600

    init(servers: [Server]) {
        self.servers = servers
    }

    /// Reads `host`, `host/port`, or URLs separated by blanks or commas.
    ///
    /// `portOfService` resolves the name of a service; host names are not resolved.
    init(
        _ text: String,
        of mailProtocol: MailProtocol,
        portOfService: (String) -> UInt16?
    ) throws(UnusableMechanism) {
        let words = text.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "," }.map(String.init)
        guard !words.isEmpty else {
            throw UnusableMechanism("no server: name one with -O, for instance -O \(mailProtocol)s://HOST")
        }
        guard text.contains("://") else {
            guard words.count == 1 else {
                throw UnusableMechanism("-O \(text): several servers must be URLs, \(mailProtocol)s://HOST")
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
                throw UnusableMechanism(
                    "-O \(word): timeout= applies to all servers together, and differs from the one before"
                )
            }
            timeout = seconds
            hasTimeout = true
        }
    }

    /// Makes a login take less than `limit` seconds, after which the client gets a temporary failure anyway.
    ///
    /// Returns a line for the log if the options say otherwise.
    mutating func fit(within limit: Int) -> String? {
        guard timeout >= limit else { return nil }
        let wanted = timeout
        timeout = max(1, limit - 1)
        return hasTimeout ? "timeout=\(wanted) must be less than --timeout \(limit); using \(timeout)" : nil
    }

    /// The form of Cyrus saslauthd: a port or the name of a service follows the first slash.
    private static func server(
        bare text: String,
        of mailProtocol: MailProtocol,
        portOfService: (String) -> UInt16?
    ) throws(UnusableMechanism) -> Server {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard HostName.isAllowed(parts[0]) else {
            let fault = parts[0].isEmpty ? "no host name" : "\"\(parts[0])\" is not a host name or address"
            throw UnusableMechanism("-O \(text): \(fault); expected HOST, HOST/PORT or URLs")
        }
        var port = mailProtocol.plainPort
        if parts.count == 2 {
            guard let named = UInt16(parts[1]) ?? portOfService(parts[1]), named > 0 else {
                throw UnusableMechanism("-O \(text): \"\(parts[1])\" is neither a port from 1 to 65535 nor a service")
            }
            port = named
        }
        return Server(mailProtocol, host: parts[0], port: port, isEncrypted: false, startTLS: .no)
    }
}

/// The host of a server.
enum HostName {
    /// Whether `text` has the form of a name or an address.
    static func isAllowed(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count), text.first != "-", text.first != "." else { return false }
        return text.contains(":") ? isAddress(text) : text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") }
    }

    /// Whether `text` is an IPv6 address, with or without a zone after a percent sign.
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
