internal import Authentication
internal import MechanismKit
internal import Platform

/// Reads one server's URL: `imaps://HOST:PORT?KEY=VALUE&…`.
struct URLParser {
    private let text: String
    private let mailProtocol: MailProtocol
    /// The value of `timeout=`, in seconds, after `server()`.
    private(set) var timeout: Int?

    static let acceptsAny = "any-certificate"

    init(_ text: String, of mailProtocol: MailProtocol) {
        self.text = text
        self.mailProtocol = mailProtocol
    }

    mutating func server() throws(UnusableMechanism) -> Server {
        let (scheme, rest) = Self.split(text, at: "://")
        let isEncrypted: Bool
        switch scheme.lowercased() {
        case mailProtocol.rawValue: isEncrypted = false
        case mailProtocol.rawValue + "s": isEncrypted = true
        default:
            throw wrong("the scheme \"\(scheme)\" is neither \(mailProtocol) nor \(mailProtocol)s")
        }
        let (address, query) = Self.split(rest ?? "", at: "?")
        let (host, port) = try place(address, isEncrypted: isEncrypted)
        let isLocal = isEncrypted || Server.isLoopback(host)
        var server = Server(
            mailProtocol,
            host: host,
            port: port,
            isEncrypted: isEncrypted,
            startTLS: isLocal ? .no : .try
        )
        for parameter in (query ?? "").split(separator: "&") {
            let (key, value) = Self.split(String(parameter), at: "=")
            try set(key, to: try decoded(value ?? ""), in: &server)
        }
        return server
    }

    private func place(_ address: String, isEncrypted: Bool) throws(UnusableMechanism) -> (String, UInt16) {
        var address = address
        if address.hasSuffix("/") { address.removeLast() }
        guard !address.contains("@") else {
            throw wrong("no user and no password are allowed here: the client sends them")
        }
        guard !address.hasPrefix("/") else { throw wrong("\(ServerAddress.Fault.noHost)") }
        guard !address.contains("/") else { throw wrong("only ? may follow the host and the port") }
        let place: ServerAddress
        do throws(ServerAddress.Fault) { place = try ServerAddress(address) } catch { throw wrong("\(error)") }
        let isBracketed = address.hasPrefix("[")
        guard !isBracketed || place.host.contains(":") else {
            throw wrong("\(ServerAddress.Fault.badBrackets(address))")
        }
        // The percent sign before the zone of an address is escaped.
        let host = isBracketed ? try decoded(place.host) : place.host
        guard HostName.isAllowed(host) else { throw wrong("\"\(host)\" is not a host name or address") }
        return (host, place.port ?? (isEncrypted ? mailProtocol.encryptedPort : mailProtocol.plainPort))
    }

    private mutating func set(
        _ key: String,
        to value: String,
        in server: inout Server
    ) throws(UnusableMechanism) {
        switch key {
        case "starttls":
            guard let startTLS = Server.StartTLS(rawValue: value) else {
                throw wrong("starttls=\(value): expected required, try or no")
            }
            guard !server.isEncrypted || startTLS == .no else {
                let secure = "\(mailProtocol)s:// is encrypted from the start"
                throw wrong("starttls=\(value) is for \(mailProtocol)://; \(secure)")
            }
            server.startTLS = startTLS
        case "ca":
            guard value.hasPrefix("/") else { throw wrong("ca=\(value): expected the absolute path of a file") }
            server.authorities = value
        case "name":
            guard HostName.isAllowed(value) else { throw wrong("name=\(value): expected a host name") }
            server.certificateName = value
        case "insecure":
            guard value == Self.acceptsAny else { throw wrong("insecure=\(value): expected \(Self.acceptsAny)") }
            server.acceptsAnyCertificate = true
        case "auth":
            guard let method = Server.Method(rawValue: value) else {
                throw wrong("auth=\(value): expected any, plain, login or cram-md5")
            }
            server.method = method
        case "id":
            guard value == "yes" || value == "no" else { throw wrong("id=\(value): expected yes or no") }
            guard mailProtocol == .imap || value == "no" else {
                throw wrong("id=yes: POP3 has no such command; leave it out")
            }
            server.tellsAddress = value == "yes"
        case "timeout":
            guard let seconds = Int(value), (1...MailOptions.longestTimeout).contains(seconds) else {
                throw wrong("timeout=\(value): expected seconds from 1 to \(MailOptions.longestTimeout)")
            }
            timeout = seconds
        default:
            throw wrong("unknown key \"\(key)\": expected auth, ca, id, insecure, name, starttls or timeout")
        }
    }

    private func wrong(_ what: String) -> UnusableMechanism {
        UnusableMechanism("-O \(text): \(what)")
    }

    /// `value` with each `%HH` decoded, the only way to write blanks, commas and `&`.
    private func decoded(_ value: String) throws(UnusableMechanism) -> String {
        var bytes: [UInt8] = []
        var rest = Array(value.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let code = UInt8(digits, radix: 16), code > 0
            else { throw wrong("\"\(value)\": two hexadecimal digits must follow a %; write a % itself as %25") }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func split(_ text: String, at separator: String) -> (String, String?) {
        guard let range = text.firstRange(of: separator) else { return (text, nil) }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }
}
