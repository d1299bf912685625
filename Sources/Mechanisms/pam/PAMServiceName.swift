internal import Authentication
internal import Platform

/// Which services a client may name.
///
/// Linux-PAM uses the name as that of a file, pam.d(5), and drops what comes before a slash.
enum PAMServiceName {
    /// The directories in which Linux-PAM looks for the file, in its order.
    static let directories = ["/etc/pam.d", "/usr/lib/pam.d"]

    /// The file that configures a service.
    enum File: Hashable, CustomStringConvertible {
        case own(String)
        /// The file of the service `other`, because the file `missing` does not exist.
        case other(String, missing: String)
        /// There is neither the file `missing` nor one of `other`.
        case none(missing: String)

        var description: String {
            switch self {
            case .own(let path): path
            case .other(let path, let missing): "\(path), because \(missing) does not exist"
            case .none(let missing): "none: neither \(missing) nor \(directories[0])/other exists"
            }
        }
    }

    /// The file that Linux-PAM uses for `service`; `exists` tells whether a path leads to a file.
    static func file(
        of service: ByteString,
        exists: (String) -> Bool = { (try? FileStatus(of: $0)) != nil }
    ) -> File {
        func path(_ name: String) -> String? { directories.map { "\($0)/\(name)" }.first(where: exists) }
        let name = service.lowercasedASCII.text
        if !name.isEmpty, let own = path(name) { return .own(own) }
        let missing = "\(directories[0])/\(name)"
        return path("other").map { .other($0, missing: missing) } ?? .none(missing: missing)
    }

    /// Whether `service` may be passed to Linux-PAM: no slash, no two consecutive dots, no control character.
    ///
    /// The empty name may: it leads to the service `other`.
    static func isAllowed(_ service: ByteString) -> Bool {
        let dot = UInt8(ascii: ".")
        let bytes = service.bytes
        guard !zip(bytes, bytes.dropFirst()).contains(where: { $0 == dot && $1 == dot }) else { return false }
        return bytes.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 0x20 && $0 != 0x7F }
    }
}
