internal import Authentication
internal import MechanismKit

/// The checked settings.
struct LDAPSettings: ~Copyable, Sendable {
    /// In the order in which they are preferred; not empty.
    let servers: [ServerURL]
    let tls: TLSSettings
    let reader: ReaderIdentity
    /// The reader's; empty where it has none.
    let password: Secret
    let method: LoginMethod
    let membership: Membership
    /// The realm of requests that have none.
    let defaultRealm: ByteString
    let limits: SearchLimits
    /// How long a server may take over one operation, in seconds; 0: as long as the login may take.
    let timeout: Int
    /// What is accepted and has no effect, or another than it seems; for the log.
    let warnings: [String]

    /// Whether a connection to one of the servers uses TLS.
    var usesTLS: Bool { tls.startsTLS || servers.contains { $0.scheme == .ldaps } }

    /// Throws all faults, not only the first.
    init(_ text: consuming SettingsText) throws(UnusableMechanism) {
        var reader = SettingsReader(text.settings, faults: text.faults, warnings: text.warnings)
        let servers = reader.servers()
        let tls = reader.tls(for: servers)
        let realm = reader.bytes(.defaultRealm)
        let method = reader.method(hasDefaultRealm: !realm.isEmpty)
        let identity = reader.identity(for: method)
        let membership = reader.membership(for: method, identity)
        let limits = SearchLimits(
            // With one entry more than is asked for it is known that there are several.
            entries: reader.sizeLimit(),
            seconds: reader.number(.timeLimit, upTo: 3600, unit: " of seconds") ?? 5,
            dereferencing: reader.word(.deref, default: AliasDereferencing.never)
        )
        let timeout = reader.number(.timeout, upTo: 3600, unit: " of seconds") ?? 5
        reader.remarkOnRest()
        let faults = reader.sortedFaults
        guard faults.isEmpty, let method, let membership else {
            throw UnusableMechanism(faults.map(\.description).joined(separator: "; "))
        }
        self.servers = servers
        self.tls = tls
        self.reader = identity
        self.method = method
        self.membership = membership
        self.defaultRealm = realm
        self.limits = limits
        self.timeout = timeout
        warnings = reader.warnings
        password = text.takePassword()
    }
}

/// How a login is checked.
enum LoginMethod: Hashable, Sendable {
    /// The user is searched for, and binds with the DN that is found.
    case bind(DirectorySearch)
    /// The user is searched for, and the password compared with what `attribute` holds.
    case custom(DirectorySearch, attribute: ByteString)
    /// The user binds with a name that is made of the login.
    case fastbind(BindName)
    /// The user binds by SASL.
    case saslBind(SASLSettings)
}

/// A search with tokens.
struct DirectorySearch: Hashable, Sendable {
    let base: DNPattern
    let scope: SearchScope
    let filter: FilterPattern
}

/// Limits of a search.
struct SearchLimits: Hashable, Sendable {
    /// How many entries the server is asked for at the most; 0: as many as there are.
    let entries: Int
    /// How long the server may search; 0: as long as it wants.
    let seconds: Int
    let dereferencing: AliasDereferencing
}

/// The group that a user must be a member of.
enum Membership: Hashable, Sendable {
    case notAsked
    /// The group's `attribute` must hold the user's DN.
    case attribute(group: DNPattern, attribute: ByteString, asker: Asker)
    /// There must be an entry.
    case search(DirectorySearch, asker: Asker)

    /// Whose connection is used.
    enum Asker: Hashable, Sendable {
        case reader, user
    }
}
