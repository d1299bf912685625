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

    /// Whether nothing was found out: a module, its service or the library itself has failed.
    var isFailureOfService: Bool {
        switch code {
        case PAM_OPEN_ERR, PAM_SYMBOL_ERR, PAM_MODULE_UNKNOWN: true
        case PAM_SERVICE_ERR, PAM_SYSTEM_ERR, PAM_BUF_ERR, PAM_ABORT, PAM_BAD_ITEM: true
        case PAM_AUTHINFO_UNAVAIL, PAM_TRY_AGAIN, PAM_CONV_AGAIN, PAM_INCOMPLETE: true
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
        case PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_EXPIRED: .passwordExpired
        default: .notPermitted
        }
    }

    var description: String {
        // SAFETY: Linux-PAM needs no handle for it and gives a terminated text of its own.
        unsafe pam_strerror(nil, code).map { unsafe String(cString: $0) } ?? "status \(code)"
    }
}
