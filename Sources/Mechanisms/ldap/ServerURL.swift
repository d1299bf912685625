internal import Platform

/// A server of `ldap_servers`.
struct ServerURL: Hashable, Sendable, CustomStringConvertible {
    enum Scheme: String, CaseIterable, Sendable {
        case ldap, ldaps, ldapi
    }

    let scheme: Scheme
    /// A name or a numerical address without brackets; for ldapi the path of a socket as it stands in the URL, empty for the library's.
    let host: String
    /// `nil` for the scheme's own.
    let port: UInt16?
    /// What stands behind the host and has no effect, as a base.
    let ignored: String

    /// What is asked where no server is named.
    static let local = ServerURL()

    private init() {
        (scheme, host, port, ignored) = (.ldap, "localhost", nil, "")
    }

    /// Reads `text`; the fault is what is wrong with it.
    init(_ text: String) throws(Fault) {
        guard let end = text.firstRange(of: "://") else { throw .noURL(text) }
        guard let scheme = Scheme(rawValue: text[..<end.lowerBound].lowercased()) else {
            throw .badScheme(String(text[..<end.lowerBound]))
        }
        self.scheme = scheme
        let rest = text[end.upperBound...]
        let place = rest.prefix { $0 != "/" && $0 != "?" }
        let behind = rest.dropFirst(place.count)
        ignored = behind == "/" ? "" : String(behind)
        guard scheme != .ldapi else {
            host = String(place)
            port = nil
            return
        }
        guard !place.isEmpty else {
            host = "localhost"
            port = nil
            return
        }
        do throws(ServerAddress.Fault) {
            let address = try ServerAddress(String(place))
            host = address.host
            port = address.port
        } catch {
            throw .badAddress(error)
        }
    }

    /// The URL without what has no effect, for ldap_initialize(3).
    var description: String {
        let address = scheme == .ldapi ? host : ServerAddress(host: host, port: port).description
        let isBareIPv6 = scheme != .ldapi && port == nil && host.contains(":")
        return "\(scheme.rawValue)://\(isBareIPv6 ? "[\(address)]" : address)/"
    }

    /// Whether what is sent to it stays on this machine.
    var isLocal: Bool {
        scheme == .ldapi || host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    enum Fault: Error, Hashable, CustomStringConvertible {
        case noURL(String)
        case badScheme(String)
        case badAddress(ServerAddress.Fault)

        var description: String {
            switch self {
            case .noURL(let text): "\"\(text)\" is no URL; write ldap://\(text)/"
            case .badScheme(let scheme): "\(scheme) is not ldap, ldaps or ldapi"
            case .badAddress(let fault): "\(fault)"
            }
        }
    }
}
