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

    /// Whether no module has judged the login: a module is missing or broken, or reports that it could not check.
    ///
    /// Everything else is a refusal. PAM_SYSTEM_ERR is one: pam_exec(8) returns it for every exit code but 0.
    var isFailureOfService: Bool {
        switch code {
        // From the library: no module was called.
        case PAM_OPEN_ERR, PAM_SYMBOL_ERR, PAM_MODULE_UNKNOWN, PAM_BUF_ERR, PAM_ABORT, PAM_BAD_ITEM: true
        case PAM_NO_MODULE_DATA, PAM_CONV_AGAIN, PAM_INCOMPLETE: true
        // From a module: it could not check, or cannot check now.
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

    /// The name of the code in the headers of Linux-PAM, and the text of pam_strerror(3).
    var description: String {
        // SAFETY: Linux-PAM needs no handle for it and gives a terminated text of its own.
        let text = unsafe pam_strerror(nil, code).map { unsafe String(cString: $0) }
        return "\(name) (\(text ?? "no text"))"
    }

    private var name: String {
        let index = Int(code)
        return Self.names.indices.contains(index) ? "PAM_\(Self.names[index])" : "code \(code)"
    }

    /// The names of the codes from 0, without `PAM_`.
    private static let names = [
        "SUCCESS", "OPEN_ERR", "SYMBOL_ERR", "SERVICE_ERR", "SYSTEM_ERR", "BUF_ERR", "PERM_DENIED", "AUTH_ERR",
        "CRED_INSUFFICIENT", "AUTHINFO_UNAVAIL", "USER_UNKNOWN", "MAXTRIES", "NEW_AUTHTOK_REQD", "ACCT_EXPIRED",
        "SESSION_ERR", "CRED_UNAVAIL", "CRED_EXPIRED", "CRED_ERR", "NO_MODULE_DATA", "CONV_ERR", "AUTHTOK_ERR",
        "AUTHTOK_RECOVERY_ERR", "AUTHTOK_LOCK_BUSY", "AUTHTOK_DISABLE_AGING", "TRY_AGAIN", "IGNORE", "ABORT",
        "AUTHTOK_EXPIRED", "MODULE_UNKNOWN", "BAD_ITEM", "CONV_AGAIN", "INCOMPLETE",
    ]
}
