/// The mechanisms that this package knows by name, built or not.
package enum MechanismName: String, CaseIterable, Sendable {
    case getpwent, mysql, pam, pop3, rimap, sasldb, shadow

    /// Whether the mechanism can do nothing without option `-O`.
    package var requiresOption: Bool {
        switch self {
        case .mysql, .pop3, .rimap: true
        case .getpwent, .pam, .sasldb, .shadow: false
        }
    }

    /// Whether the mechanism always looks a user up by the realm that comes beside the login.
    package var usesRealm: Bool {
        switch self {
        case .sasldb: true
        case .getpwent, .mysql, .pam, .pop3, .rimap, .shadow: false
        }
    }

    /// How many workers there may be where `-n` is not given.
    ///
    /// PAM modules wait for other machines; the original's five would soon all be waiting.
    package var defaultWorkers: Int {
        switch self {
        case .pam: 32
        case .getpwent, .mysql, .pop3, .rimap, .sasldb, .shadow: 5
        }
    }

    /// After how many seconds a client gets a temporary failure where `--timeout` is not given.
    ///
    /// PAM modules may ask for a second factor by push, which takes a user most of a minute.
    package var defaultTimeout: Int {
        switch self {
        case .pam: 90
        case .getpwent, .mysql, .pop3, .rimap, .sasldb, .shadow: 30
        }
    }

    /// After how many requests a worker is replaced where `--max-requests` is not given; 0 for never.
    ///
    /// What PAM and the name service switch load into a worker may lose memory; what this package calls itself does not.
    package var defaultRequests: Int {
        switch self {
        case .getpwent, .pam, .shadow: 1000
        case .mysql, .pop3, .rimap, .sasldb: 0
        }
    }

    /// Whether the mechanism's workers keep the rights of root.
    ///
    /// The others start with them, where the daemon has them, and give them up before they read a request.
    package var needsRoot: Bool {
        switch self {
        case .getpwent, .pam, .shadow: true
        case .mysql, .pop3, .rimap, .sasldb: false
        }
    }
}

/// What follows `-a`: the name of a mechanism of this package or of a plugin from elsewhere.
package struct PluginName: Hashable, Sendable, CustomStringConvertible {
    /// Small letters, digits, `-` and `_`; 1 to 32 of them.
    package let text: String

    /// Takes a name in any case.
    ///
    /// `nil` when it is empty, longer than 32 characters or holds anything but letters, digits, `-` and `_`: it becomes
    /// part of a file name.
    package init?(_ text: String) {
        let lowercased = text.lowercased()
        guard (1...32).contains(lowercased.utf8.count), lowercased.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.text = lowercased
    }

    package init(_ mechanism: MechanismName) {
        text = mechanism.rawValue
    }

    /// The mechanism of this package, or `nil` for a plugin from elsewhere.
    package var known: MechanismName? { MechanismName(rawValue: text) }

    /// How many workers there may be where `-n` is not given.
    package var defaultWorkers: Int { known?.defaultWorkers ?? 5 }

    /// After how many requests a worker is replaced where `--max-requests` is not given; 0 for never.
    package var defaultRequests: Int { known?.defaultRequests ?? 1000 }

    /// After how many seconds a client gets a temporary failure where `--timeout` is not given.
    package var defaultTimeout: Int { known?.defaultTimeout ?? 30 }

    /// The name of the program that is started for it.
    package var program: String { "saslauthd-" + text }

    package var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
