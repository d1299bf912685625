/// The authentication plugins with which the client library may log in to the database.
///
/// The server chooses the plugin. Without a restriction, an impostor could ask for the password in clear text.
enum AuthPlugins: Hashable, Sendable {
    case any
    case only([String])

    /// The client plugins of MySQL and MariaDB.
    static let names = [
        "mysql_native_password", "client_ed25519", "parsec", "caching_sha2_password", "sha256_password",
        "auth_gssapi_client",
        "mysql_clear_password", "dialog",
    ]

    /// Challenge and response: an impostor learns nothing from which the password can be read.
    private static let answeringChallenges = ["mysql_native_password", "client_ed25519", "parsec"]
    /// These send the password encrypted with a key that the server sends, or in clear text over TLS; both without
    /// authenticating the server.
    private static let trustingKeys = ["caching_sha2_password", "sha256_password"]

    /// The plugins permitted with `host`, in addition to `further`.
    ///
    /// Any on a UNIX socket, on which only the server can listen, and with a server whose certificate is verified. On
    /// the loopback interface nobody can replace the server's key, so MySQL's default plugin is permitted there; clear
    /// text is not, as any account may listen on the port while the server is down.
    init(for host: DatabaseHost, _ tls: TLSSettings?, further: AuthPlugins = .only([])) {
        guard case .only(let further) = further else {
            self = .any
            return
        }
        switch host {
        case .socket: self = .any
        case .network where tls?.isRequired == true && tls?.isVerified == true: self = .any
        case .network where host.isLocal: self = .only(Self.answeringChallenges + Self.trustingKeys + further)
        case .network: self = .only(Self.answeringChallenges + further)
        }
    }

    /// Reads names separated by commas or blanks, or `any`; `nil` for an unknown name.
    init?(_ text: String) {
        let names = text.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init)
        if names == ["any"] {
            self = .any
        } else if !names.isEmpty, names.allSatisfy(Self.names.contains) {
            self = .only(names)
        } else {
            return nil
        }
    }

    /// The plugin to start with.
    ///
    /// The server's first proposal does not depend on the account; it later switches to the account's plugin.
    static let first = "mysql_native_password"

    /// The list for the library, which searches it for the plugin's name as a substring; `nil` for no restriction.
    var list: String? {
        switch self {
        case .any: nil
        case .only(let names): names.joined(separator: ",")
        }
    }
}
