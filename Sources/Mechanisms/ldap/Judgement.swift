internal import Authentication

/// What an answer of a server means for a login.
///
/// A server that answers the bind of a user, and does not accept it, has refused the login. An answer to the reader, or one that
/// reports a failure of the server, is no verdict.
enum Judgement: Hashable, Sendable {
    /// Done as asked; the note is for the log.
    case done(note: String)
    case refused(Refusal, reason: String)
    case unavailable(Unavailable)

    /// Why there is no verdict.
    struct Unavailable: Hashable, Sendable {
        let reason: String
        let scope: Unavailability.Scope
        /// Whether the fault is the server's, and another may have a verdict.
        let isOfServer: Bool
    }

    // MARK: - Binds

    /// The bind of a user.
    init(userBind answer: ServerAnswer) {
        let words = answer.description
        switch answer.code {
        case .success:
            // A server that says so lets nobody in who knows an old password.
            self =
                answer.policy?.problem == .passwordExpired && answer.policy?.warning == nil
                ? .refused(.passwordExpired, reason: words) : .done(note: answer.policy?.description ?? "")
        case .invalidCredentials: self = Self.invalidCredentials(answer)
        // 389-ds: the account is locked or inactive. With a password and a name OpenLDAP says it of policy only.
        case .unwillingToPerform, .constraintViolation, .insufficientAccess:
            self = .refused(Self.refusal(answer.policy) ?? .notPermitted, reason: words)
        // The entry has no password to bind with.
        case .inappropriateAuthentication: self = .refused(.wrongPassword, reason: words)
        case .noSuchObject, .invalidDNSyntax: self = .refused(.unknownUser, reason: words)
        // OpenLDAP, for users that its SASL library does not find; the number and the rest of the text differ.
        case .other where answer.text.isOfSASL: self = .refused(.unknownUser, reason: words)
        default: self = Self.cannotTell("the user's bind", answer)
        }
    }

    /// The bind of the reader: never a verdict on the user.
    init(readerBind answer: ServerAnswer) {
        self = answer.code == .success ? .done(note: "") : Self.cannotTell("the bind as ldap_bind_dn", answer)
    }

    init(startTLS answer: ServerAnswer) {
        self = answer.code == .success ? .done(note: "") : Self.cannotTell("StartTLS", answer)
    }

    private static func invalidCredentials(_ answer: ServerAnswer) -> Judgement {
        let words = answer.description
        if let error = answer.text.windowsError { return windows(error, words) }
        return .refused(refusal(answer.policy) ?? .wrongPassword, reason: words)
    }

    /// What the policy says of an account, where it says why nobody may log in.
    private static func refusal(_ policy: PasswordPolicy?) -> Refusal? {
        switch policy?.problem {
        case .passwordExpired, .changeAfterReset: .passwordExpired
        // Locked accounts are so whatever the password is.
        case .accountLocked: .notPermitted
        default: nil
        }
    }

    /// Active Directory's reasons.
    private static func windows(_ error: UInt32, _ words: String) -> Judgement {
        switch error {
        case 0x525: .refused(.unknownUser, reason: "no such user: \(words)")
        case 0x52E: .refused(.wrongPassword, reason: "wrong password: \(words)")
        case 0x530: .refused(.notPermitted, reason: "not at this hour: \(words)")
        case 0x531: .refused(.notPermitted, reason: "not from this machine: \(words)")
        case 0x532: .refused(.passwordExpired, reason: "the password has expired: \(words)")
        case 0x533: .refused(.notPermitted, reason: "the account is disabled: \(words)")
        case 0x568:
            .unavailable(
                Unavailable(reason: "the server is short of resources: \(words)", scope: .login, isOfServer: true)
            )
        case 0x701: .refused(.accountExpired, reason: "the account has expired: \(words)")
        case 0x773: .refused(.passwordExpired, reason: "the password must be changed: \(words)")
        case 0x775: .refused(.notPermitted, reason: "the account is locked: \(words)")
        default: .refused(.wrongPassword, reason: words)
        }
    }

    // MARK: - Searches

    /// The search for a user, which brought `count` entries; `isBaseOfUser` where the base depends on the login.
    init(userSearch answer: ServerAnswer, count: Int, isBaseOfUser: Bool) {
        switch answer.code {
        case .success, .sizeLimitExceeded:
            if count > 1 {
                self = .refused(.unknownUser, reason: "more than one entry matches")
            } else if answer.code == .sizeLimitExceeded {
                self = Self.cannotTell("the search", answer)
            } else {
                self = count == 1 ? .done(note: "") : .refused(.unknownUser, reason: "no entry matches")
            }
        case .noSuchObject where isBaseOfUser: self = .refused(.unknownUser, reason: "there is no such base")
        case .noSuchObject: self = Self.cannotTell("the search below ldap_search_base", answer)
        default: self = Self.cannotTell("the search", answer)
        }
    }

    /// The search for a group with the user in it: one entry is enough.
    init(groupSearch answer: ServerAnswer, count: Int, isBaseOfUser: Bool) {
        switch answer.code {
        case .success, .sizeLimitExceeded:
            if count > 0 {
                self = .done(note: "")
            } else if answer.code == .sizeLimitExceeded {
                self = Self.cannotTell("the search for the group", answer)
            } else {
                self = .refused(.notPermitted, reason: "not a member: no entry matches ldap_group_filter")
            }
        case .noSuchObject where isBaseOfUser:
            self = .refused(.notPermitted, reason: "not a member: there is no such base")
        default: self = Self.cannotTell("the search for the group", answer)
        }
    }

    /// The comparison of a group's attribute with the user's DN; `isGroupOfUser` where the group depends on the login.
    init(groupCompare answer: ServerAnswer, isGroupOfUser: Bool) {
        switch answer.code {
        case .compareTrue: self = .done(note: "")
        case .compareFalse, .noSuchAttribute: self = .refused(.notPermitted, reason: "not a member of the group")
        case .noSuchObject where isGroupOfUser:
            self = .refused(.notPermitted, reason: "not a member: there is no such group")
        default: self = Self.cannotTell("the comparison with ldap_group_dn", answer)
        }
    }

    // MARK: - No verdict

    /// What a code means that says nothing of the user.
    private static func cannotTell(_ operation: String, _ answer: ServerAnswer) -> Judgement {
        let reason = "\(operation): \(answer.description)\(advice(on: answer.code))"
        return switch answer.code {
        case .busy, .unavailable:
            .unavailable(Unavailable(reason: reason, scope: .mechanism, isOfServer: true))
        // How the server and this daemon are set up.
        case .strongerAuthRequired, .confidentialityRequired, .methodNotSupported, .noSuchObject, .referral,
            .invalidCredentials, .inappropriateAuthentication, .insufficientAccess, .unwillingToPerform,
            .invalidDNSyntax:
            .unavailable(Unavailable(reason: reason, scope: .mechanism, isOfServer: false))
        default: .unavailable(Unavailable(reason: reason, scope: .login, isOfServer: answer.code.rawValue < 0))
        }
    }

    private static func advice(on code: ResultCode) -> String {
        switch code {
        case .strongerAuthRequired, .confidentialityRequired:
            "; the server wants TLS: ldap_start_tls: yes, or ldaps:// in ldap_servers"
        case .referral: "; referrals are not followed"
        default: ""
        }
    }
}
