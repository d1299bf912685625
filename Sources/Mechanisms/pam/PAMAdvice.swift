internal import Authentication
internal import CPAM

/// What an administrator can do about a login that PAM does not accept.
enum PAMAdvice {
    /// Lines for `--check`, without a prefix.
    static func lines(_ failure: PAMFailure, login: ByteString, file: PAMServiceName.File) -> [String] {
        var lines: [String] = []
        switch file {
        case .own: break
        case .other(_, let missing), .none(let missing):
            lines.append(
                missing.hasSuffix("/")
                    ? "have the mail server send the name of a service"
                    : "create \(missing), or correct the name of the service"
            )
        }
        switch failure.status.code {
        case PAM_USER_UNKNOWN, PAM_AUTH_ERR:
            if login.bytes.contains(UInt8(ascii: "@")) { lines.append("leave out -r if these accounts have no domain") }
        case PAM_ACCT_EXPIRED, PAM_NEW_AUTHTOK_REQD, PAM_AUTHTOK_EXPIRED, PAM_CRED_EXPIRED:
            lines.append("see the dates of the account: chage -l \(login)")
        case PAM_MODULE_UNKNOWN, PAM_OPEN_ERR, PAM_SYMBOL_ERR:
            lines.append("install the package of the missing module, which the log names")
        default: break
        }
        lines.append("read the log: journalctl -t saslauthd, or /var/log/auth.log")
        return lines
    }
}
