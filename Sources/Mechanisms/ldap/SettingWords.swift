/// A switch of a settings file.
///
/// Cyrus saslauthd checks the first letters, only in lower case, and reads everything else as no. Here case does not matter, and
/// other words are faults.
enum SwitchWord {
    /// `nil` for what is neither on nor off.
    static func read(_ text: String) -> Bool? {
        let text = text.lowercased()
        if isOnInCyrus(text) { return true }
        return text.hasPrefix("0") || text.hasPrefix("n") || text.hasPrefix("f") || text.hasPrefix("of") ? false : nil
    }

    /// How Cyrus saslauthd reads it.
    static func isOnInCyrus(_ text: String) -> Bool {
        text.hasPrefix("1") || text.hasPrefix("y") || text.hasPrefix("t") || text.hasPrefix("on")
    }
}

/// How far the certificate of a server is checked, `ldap_tls_check_peer`.
enum PeerCheck: String, CaseIterable, Sendable {
    /// Not said: as ldap.conf(5) has it, and `demand` where that says nothing.
    case systemDefault
    /// Not at all.
    case never
    /// As `never`, but that it is logged.
    case allow
    /// A certificate that is not valid ends the connection.
    case `try`
    case demand

    /// Reads the words of ldap.conf(5), and those of a switch.
    init?(_ text: String) {
        switch text.lowercased() {
        case "never": self = .never
        case "allow": self = .allow
        case "try": self = .try
        case "demand", "hard": self = .demand
        default:
            guard let isOn = SwitchWord.read(text) else { return nil }
            self = isOn ? .demand : .never
        }
    }

    /// Whether a certificate that is not valid ends the connection.
    var isVerified: Bool {
        switch self {
        case .never, .allow: false
        case .systemDefault, .try, .demand: true
        }
    }
}

/// How far below its base a search looks.
enum SearchScope: String, CaseIterable, Sendable {
    case sub, one, base
}

/// Where aliases are followed.
enum AliasDereferencing: String, CaseIterable, Sendable {
    case never, search, find, always
}

/// How a login is checked, `ldap_auth_method`.
enum AuthMethodWord: String, CaseIterable, Sendable {
    case bind, custom, fastbind
}

/// How membership is checked, `ldap_group_match_method`.
enum GroupMatchWord: String, CaseIterable, Sendable {
    case attr, filter
}
