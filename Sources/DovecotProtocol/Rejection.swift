package import Authentication

/// Why a login is refused.
package enum Rejection: Hashable, Sendable {
    /// The back end refused it, or the exchange did.
    case refused(Refusal)
    /// The client asks to act as somebody else than the login.
    case otherIdentity

    /// The value of `code=`; none for a wrong password and an unknown user, which look alike.
    var code: String? {
        switch self {
        case .refused(.unknownUser), .refused(.wrongPassword): nil
        case .refused(.passwordExpired): "pass_expired"
        case .refused(.accountExpired), .refused(.notPermitted): "user_disabled"
        case .otherIdentity: "authz_fail"
        }
    }

    /// The word that clients of minor version 1 and up also look for.
    var word: String? {
        switch self {
        case .otherIdentity: "authz"
        case .refused: code
        }
    }

    /// What the mail user is shown.
    var reason: String {
        switch self {
        case .refused(.passwordExpired): "Password expired"
        case .refused, .otherIdentity: "Authentication failed"
        }
    }
}
