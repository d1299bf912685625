internal import MechanismKit

/// The keys of a settings file: those of Cyrus saslauthd's LDAP_SASLAUTHD.
enum SettingName: String, CaseIterable, Sendable {
    // Whom to ask.
    case servers = "ldap_servers"
    case bindDN = "ldap_bind_dn"
    case bindPassword = "ldap_bind_pw"
    case version = "ldap_version"
    case timeout = "ldap_timeout"
    case timeLimit = "ldap_time_limit"
    case sizeLimit = "ldap_size_limit"
    case deref = "ldap_deref"
    case referrals = "ldap_referrals"
    case restart = "ldap_restart"
    case debug = "ldap_debug"
    // For whom.
    case searchBase = "ldap_search_base"
    case filter = "ldap_filter"
    case scope = "ldap_scope"
    case method = "ldap_auth_method"
    case passwordAttribute = "ldap_password_attr"
    case defaultRealm = "ldap_default_realm"
    // Groups.
    case groupDN = "ldap_group_dn"
    case groupAttribute = "ldap_group_attr"
    case groupMatch = "ldap_group_match_method"
    case groupFilter = "ldap_group_filter"
    case groupBase = "ldap_group_search_base"
    case groupScope = "ldap_group_scope"
    // SASL.
    case usesSASL = "ldap_use_sasl"
    case saslID = "ldap_id"
    case saslAuthorization = "ldap_authz_id"
    case saslRealm = "ldap_realm"
    case saslMechanism = "ldap_mech"
    case saslProperties = "ldap_sasl_secprops"
    // TLS.
    case startTLS = "ldap_start_tls"
    case checkPeer = "ldap_tls_check_peer"
    case caFile = "ldap_tls_cacert_file"
    case caDirectory = "ldap_tls_cacert_dir"
    case ciphers = "ldap_tls_ciphers"
    case certificate = "ldap_tls_cert"
    case key = "ldap_tls_key"

    /// Other names that Cyrus saslauthd knows.
    static let aliases: [String: SettingName] = [
        "ldap_password": .bindPassword, "ldap_default_domain": .defaultRealm, "ldap_sasl_authc_id": .saslID,
        "ldap_sasl_authz_id": .saslAuthorization, "ldap_sasl_realm": .saslRealm, "ldap_sasl_mech": .saslMechanism,
    ]

    /// Keys in real files that Cyrus saslauthd ignores, and what to use instead.
    static let ignored: [String: String] = [
        "log_level": "option -d of saslauthd makes the log more detailed",
        "ldap_port": "write the port into ldap_servers: ldap://HOST:PORT/",
        "ldap_uri": "use ldap_servers: ldap://HOST/",
        "ldap_host": "use ldap_servers: ldap://HOST/",
        "ldap_base": "use ldap_search_base",
        "ldap_uidattr": "use ldap_filter: ATTRIBUTE=%u",
        "ldap_sasl": "use ldap_use_sasl: yes",
        "ldap_tls_cacert": "use ldap_tls_cacert_file",
        "ldap_bind_password": "use ldap_bind_pw",
    ]

    /// Reads a key in any case.
    init?(written key: String) {
        let key = key.lowercased()
        guard let known = SettingName(rawValue: key) ?? Self.aliases[key] else { return nil }
        self = known
    }

    /// Whether the value must not be shown.
    var isSecret: Bool { self == .bindPassword }

    /// Whether the value is one of a few words, which Cyrus saslauthd does not recognize with blanks behind them.
    var isEnumeration: Bool {
        switch self {
        case .method, .scope, .groupScope, .groupMatch, .deref: true
        default: false
        }
    }

    /// The known key that is most similar to an unknown one; `nil` if none is similar.
    static func nearest(to key: String) -> String? {
        let key = key.lowercased()
        let names = allCases.map(\.rawValue) + aliases.keys.sorted()
        let near = names.map { (name: $0, distance: $0.editDistance(to: key)) }.min { $0.distance < $1.distance }
        guard let near, near.distance <= max(2, key.utf8.count / 4) else { return nil }
        return near.name
    }
}
