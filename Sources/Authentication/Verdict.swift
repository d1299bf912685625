/// A mechanism's decision on a request.
///
/// A refusal is a verdict, not an error.
package enum Verdict: Sendable, Hashable {
    case accepted
    case refused(Refusal)
    /// No verdict.
    case unavailable(Unavailability)
}

/// Why a login is refused.
///
/// The raw values are part of the worker protocol, saslauthd-mechanism(7).
package enum Refusal: UInt8, Sendable, CaseIterable {
    case unknownUser = 1
    case wrongPassword = 2
    case passwordExpired = 3
    case accountExpired = 4
    /// Login and password are right, but the account may not be used here and now.
    case notPermitted = 5
}

/// Why there is no verdict.
///
/// The reason is only for the log: no client sees it, and it contains no password, hash or other credential.
package struct Unavailability: Sendable, Hashable {
    package let reason: ByteString
    package let scope: Scope

    /// Which logins are affected.
    package enum Scope: Sendable, Hashable {
        /// This login; the mechanism does not report whether others are affected.
        case login
        /// All logins: the mechanism cannot reach its back end.
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
