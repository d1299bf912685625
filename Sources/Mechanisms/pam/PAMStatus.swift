internal import Authentication
internal import CPAM
internal import Glibc

/// A result of the PAM library or of a module, pam(3).
struct PAMStatus: Hashable, CustomStringConvertible {
    let code: CInt

    init(_ code: CInt) {
        self.code = code
    }

    static let success = PAMStatus(PAM_SUCCESS)

    /// Whether no module has judged the login: one is missing or broken, or says that it could not look.
    ///
    /// Everything else is a refusal, PAM_SYSTEM_ERR among it: a module that has run and says no more than that has said no, as
    /// pam_exec(8) does for each exit code but 0.
    var isFailureOfService: Bool {
        switch code {
        // The library's: no module was asked.
        case PAM_OPEN_ERR, PAM_SYMBOL_ERR, PAM_MODULE_UNKNOWN, PAM_BUF_ERR, PAM_ABORT, PAM_BAD_ITEM: true
        case PAM_NO_MODULE_DATA, PAM_CONV_AGAIN, PAM_INCOMPLETE: true
        // A module's: it could not look, or cannot now.
        case PAM_SERVICE_ERR, PAM_AUTHINFO_UNAVAIL, PAM_CRED_UNAVAIL, PAM_CRED_INSUFFICIENT: true
        case PAM_AUTHTOK_LOCK_BUSY, PAM_TRY_AGAIN: true
        default: false
        }
    }

    /// Why pam_authenticate(3) does not accept a login.
    var refusalOfLogin: Refusal {
        code == PAM_USER_UNKNOWN ? .unknownUser : .wrongPassword
    }

    /// Why pam_acct_mgmt(3) does not accept an account.
    var refusalOfAccount: Refusal {
        switch code {
        case PAM_ACCT_EXPIRED: .accountExpired
        case PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_EXPIRED, PAM_CRED_EXPIRED: .passwordExpired
        default: .notPermitted
        }
    }

    var description: String {
        // SAFETY: Linux-PAM needs no handle for it and gives a terminated text of its own.
        unsafe pam_strerror(nil, code).map { unsafe String(cString: $0) } ?? "status \(code)"
    }
}
