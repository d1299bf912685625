import Authentication
import Testing

@testable import MailLogin

extension LoginOutcome {
    /// The result of a refusal with `text`.
    fileprivate init(refusal text: String, isBad: Bool = false, to request: borrowing AuthRequest) {
        let bytes = Array(text.utf8)
        let meaning = RefusalText(bytes, isBad: isBad, login: request.login.bytes.span)
        self.init(meaning, ServerText(bytes, hiding: request))
    }
}

private func outcome(_ text: String) -> LoginOutcome {
    LoginOutcome(refusal: text, to: Conversation.request())
}

@Suite struct LoginOutcomeTests {
    @Test(arguments: [
        ("Login failed.", Refusal.wrongPassword), ("", .wrongPassword), ("[AUTHENTICATIONFAILED] no", .wrongPassword),
        ("[authenticationfailed]", .wrongPassword), ("[AUTH] no", .wrongPassword),
        ("[ALERT] Web login required", .wrongPassword),
        ("[EXPIRED] too old", .passwordExpired), ("[AUTHORIZATIONFAILED] no", .notPermitted), ("[", .wrongPassword),
        ("[]", .wrongPassword), ("later [UNAVAILABLE]", .wrongPassword), ("[NOPERM] no", .notPermitted),
        ("[CONTACTADMIN] call us", .notPermitted), ("[NONEXISTENT] no", .wrongPassword), ("[X-OWN] no", .wrongPassword),
        // What servers say: perdition, imapproxy and Zimbra, Cyrus, Courier, Exchange, hMailServer, Gmail.
        ("failed: Re-Authentication Failure", .wrongPassword), ("LOGIN failed", .wrongPassword),
        ("Login failed: authentication failure", .wrongPassword), ("Login failed.", .wrongPassword),
        ("LOGIN failed.", .wrongPassword),
        ("Invalid user name or password. Please use full email address as user name.", .wrongPassword),
        ("[WEBALERT https://x/] Web login required.", .wrongPassword), ("authorization failed", .wrongPassword),
        ("account lockout", .wrongPassword),
        ("Account locked by the administrator for maintenance", .wrongPassword),
        ("Too many login failures, try again later", .wrongPassword),
        ("Account temporarily blocked, try again later", .wrongPassword),
        ("Too many failed attempts, try again later", .wrongPassword), ("Your mailbox is disabled", .wrongPassword),
        // Exchange 2003, Gmail; a mailbox that is closed, and not in use; TLS that is not asked for.
        ("Logon failure: unknown user name or bad password.", .wrongPassword),
        (
            "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
            .wrongPassword
        ), ("[AUTH] Username and password not accepted.", .wrongPassword),
        ("Mailbox locked by the administrator", .wrongPassword),
        ("Your mailbox is locked: too many failed logins", .wrongPassword),
        ("Wrong password (TLS)", .wrongPassword), ("No user of the name tlsrequired", .wrongPassword),
    ])
    func `a refusal is about login and password unless its code says otherwise`(text: String, refusal: Refusal) {
        #expect(outcome(text) == .refused(refusal))
    }

    @Test(arguments: [
        "[UNAVAILABLE] later", "[INUSE] locked", "[SERVERBUG]", "[LIMIT] enough", "[PRIVACYREQUIRED] TLS please",
        "[SYS/TEMP] later",
        "[SYS/PERM] never", "[IN-USE] locked", "[LOGIN-DELAY 300] wait", "[unavailable] later",
        "[REFERRAL imap://b/] elsewhere",
    ])
    func `a code that is not about the password decides nothing`(text: String) {
        guard case .undecided = outcome(text) else {
            Issue.record("\(text) was taken for a refusal")
            return
        }
    }

    @Test(arguments: [
        // perdition, Courier, Exchange, nginx, qpopper, Dovecot.
        "failed: Could not connect to server", "Temporary problem, please try again later", "Server Unavailable. 15",
        "Temporary server error. Try again later", "internal server error",
        "Request is throttled. Suggested Backoff Time: 9",
        "/var/mail/.alice.pop lock busy! Is another session active?", "[ALERT] Temporary authentication failure.",
        "[CAPABILITY IMAP4rev1] Internal error occurred. Refer to server log for more information.",
        "[AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.", "Unable to lock maildrop",
        "Unsupported authentication mechanism.", "AUTHENTICATE mechanism not supported, mate", "[CORRUPTION] oh",
        // hMailServer, Zimbra, Cyrus, libsasl2, Exchange, James, Gmail.
        "A SSL/TLS-connection is required for authentication.", "STARTTLS is required.",
        "only valid after entering TLS mode", "cleartext logins disabled", "Login only available under a layer",
        "[AUTH] USER command only available under a layer", "Encryption needed to use mechanism",
        "Clear text passwords have been disabled for this protocol.",
        "Cleartext login on this server requires the use of transport level security (SSL/TLS)",
        "Protocol error. Connection is closed. 10", "Command is not valid in this state.",
        "Your mailbox is already locked", "Mailbox locked.", "mailbox is in use", "Mailbox is already in use.",
        "Maildrop is locked by someone else!", "[ALERT] Too many simultaneous connections. (Failure)",
        "[ALERT] Account exceeded command or bandwidth limits. (Failure)", "[OVERQUOTA] limits", "[THROTTLED] wait",
        "[UTF8] no", "Temporary failure while the password of the account was checked", "[AUTH] internal error",
    ])
    func `so do words of real servers that have no code for it`(text: String) {
        guard case .undecided = outcome(text) else {
            Issue.record("\(text) was taken for a refusal")
            return
        }
    }

    @Test func `a login that is repeated chooses no meaning`() {
        let request = Conversation.request(login: "Maintenance@overload.example")
        for text in ["no maintenance@OVERLOAD.example here", "no maintenance here"] {
            #expect(LoginOutcome(refusal: text, to: request) == .refused(.wrongPassword))
        }
    }

    @Test func `BAD is about the command, unless its code says otherwise`() {
        func bad(_ text: String) -> LoginOutcome {
            LoginOutcome(refusal: text, isBad: true, to: Conversation.request())
        }
        #expect(bad("[AUTHENTICATIONFAILED] no") == .refused(.wrongPassword))
        #expect(bad("no") == .undecided("the server did not understand the login: \"no\""))
        #expect(bad("[ALERT] no") == .undecided("the server did not understand the login: \"[ALERT] no\""))
    }
}
