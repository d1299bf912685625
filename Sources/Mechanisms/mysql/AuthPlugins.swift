/// By which of its authentication plugins the client library may prove the password of the database.
///
/// The server names the plugin: unless plugins are refused, whoever answers in its place is sent the password as it is.
enum AuthPlugins: Hashable, Sendable {
    case any
    case only([String])

    /// The plugins that there are for clients of MySQL and MariaDB.
    static let names = [
        "mysql_native_password", "client_ed25519", "parsec", "caching_sha2_password", "sha256_password",
        "auth_gssapi_client",
        "mysql_clear_password", "dialog",
    ]

    /// They send nothing that the password can be read from, whoever asks.
    private static let answeringChallenges = ["mysql_native_password", "client_ed25519", "parsec"]
    /// They send the password to who has sent a key, or as it is over TLS with whomever.
    private static let trustingKeys = ["caching_sha2_password", "sha256_password"]

    /// What is permitted with `host`, in addition to `further` plugins.
    ///
    /// Any on a UNIX socket, which others than the server cannot listen on, and to a server whose certificate is checked.
    /// Over the loopback no key of a stranger's comes by, so that MySQL's default works there; a password is not sent as it is, as any
    /// account may listen on the port while the server is down.
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

    /// Reads names with commas or blanks between them, or `any`; `nil` where there is another name.
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

    /// The plugin to begin with, whatever the server proposes before it knows the account: it then asks for the account's own.
    static let first = "mysql_native_password"

    /// The list for the library, which looks for the server's word anywhere in it; `nil` for no restriction.
    var list: String? {
        switch self {
        case .any: nil
        case .only(let names): names.joined(separator: ",")
        }
    }
}
