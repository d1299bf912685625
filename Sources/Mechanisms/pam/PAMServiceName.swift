internal import Authentication
internal import Platform

/// Which services a client may name.
///
/// Linux-PAM makes the name of a file of it, pam.d(5), and looks at nothing before a slash.
enum PAMServiceName {
    /// The directories that Linux-PAM looks in, the first first.
    private static let directories = ["/etc/pam.d", "/usr/lib/pam.d"]

    /// Which file says how `service` is authenticated, as far as can be told without reading it: its own, or that of `other`.
    static func file(of service: ByteString) -> String {
        let name = service.lowercasedASCII.text
        let own = name.isEmpty ? nil : path(of: name)
        if let own { return own }
        guard let other = path(of: "other") else {
            return "neither a file \(directories[0])/\(name) nor one named other"
        }
        return "\(other), as there is no \(directories[0])/\(name)"
    }

    private static func path(of name: String) -> String? {
        directories.map { "\($0)/\(name)" }.first { (try? FileStatus(of: $0)) != nil }
    }

    /// Whether `service` is left to Linux-PAM: no slash, no two dots in a row, no control character.
    ///
    /// The empty name is: it leads to the service `other`.
    static func isAllowed(_ service: ByteString) -> Bool {
        let dot = UInt8(ascii: ".")
        let bytes = service.bytes
        guard !zip(bytes, bytes.dropFirst()).contains(where: { $0 == dot && $1 == dot }) else { return false }
        return bytes.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 0x20 && $0 != 0x7F }
    }
}
