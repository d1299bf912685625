/// What a mechanism found out.
///
/// A refused password is an answer, not an error.
package enum Verdict: Sendable, Hashable {
    case accepted
    case refused(Refusal)
    /// Nothing could be found out.
    case unavailable(Unavailability)
}

/// Why a login and a password do not belong together, or do and may not be used.
///
/// The raw values are part of the worker protocol, saslauthd-mechanism(7).
package enum Refusal: UInt8, Sendable, CaseIterable {
    case unknownUser = 1
    case wrongPassword = 2
    case passwordExpired = 3
    case accountExpired = 4
    /// Login and password are right, and the account may not be used here and now.
    case notPermitted = 5
}

/// Why nothing could be found out.
///
/// The reason is for the log alone: no client sees it, and it never holds a password, a hash or a credential.
package struct Unavailability: Sendable, Hashable {
    package let reason: ByteString
    package let scope: Scope

    /// Whose logins have no verdict.
    package enum Scope: Sendable, Hashable {
        /// This one; the mechanism does not say whether others have the same trouble.
        case login
        /// All of them: the mechanism cannot reach what it asks.
        case mechanism
    }

    package init(_ reason: ByteString, scope: Scope = .login) {
        self.reason = reason
        self.scope = scope
    }

    package init(_ reason: String, scope: Scope = .login) {
        self.init(ByteString(reason), scope: scope)
    }
}
