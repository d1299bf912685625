internal import Authentication
internal import MechanismKit

/// The settings that decide logins.
struct LoginRules: Hashable, Sendable {
    let method: LoginMethod
    let membership: Membership
    /// How long a server may take over one operation, in milliseconds; 0: as long as the login may take.
    let patience: Int

    init(method: LoginMethod, membership: Membership, patience: Int) {
        self.method = method
        self.membership = membership
        self.patience = patience
    }

    init(_ settings: borrowing LDAPSettings) {
        self.init(
            method: settings.method,
            membership: settings.membership,
            patience: settings.timeout * 1000
        )
    }

    /// The attribute by which the directory spells the login; `nil` where the filter is on none or on several, or where
    /// entries below different bases may have the same name.
    var loginAttribute: ByteString? {
        switch method {
        case .bind(let search), .custom(let search, _):
            search.base.tokens.isEmpty ? search.filter.loginAttribute : nil
        case .fastbind, .saslBind: nil
        }
    }

    /// Whether the DN of a user who has bound by SASL is needed.
    var needsDN: Bool {
        switch membership {
        case .notAsked: false
        case .attribute: true
        case .search(let search, _): !search.filter.tokens.union(search.base.tokens).isDisjoint(with: [.userDN])
        }
    }
}
