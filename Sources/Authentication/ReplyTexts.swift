/// What a client is told behind `OK` or `NO`, in Cyrus saslauthd's words where it has some.
///
/// The words `OK` and `NO` are no part of it: no text here can make a refusal an acceptance. An empty text stands for the word alone.
package struct ReplyTexts: Sendable {
    package var accepted = ""
    package var unknownUser = "Incorrect password"
    package var wrongPassword = "Incorrect password"
    package var passwordExpired = "Password expired"
    package var accountExpired = "Account expired"
    package var notPermitted = "Account not permitted"
    /// Of a request without a verdict, where that is to be a refusal.
    package var unavailable = "internal mechanism failure"

    package func text(of refusal: Refusal) -> String {
        switch refusal {
        case .unknownUser: unknownUser
        case .wrongPassword: wrongPassword
        case .passwordExpired: passwordExpired
        case .accountExpired: accountExpired
        case .notPermitted: notPermitted
        }
    }
}

extension ReplyTexts {
    static let accounts = ReplyTexts(unknownUser: "Invalid username")

    static let pam = ReplyTexts(
        unknownUser: "PAM auth error",
        wrongPassword: "PAM auth error",
        passwordExpired: "PAM acct error",
        accountExpired: "PAM acct error",
        notPermitted: "PAM acct error",
        unavailable: "PAM auth error"
    )

    /// Neither reasons nor anything else.
    static let bare = ReplyTexts(all: "", unavailable: "")

    static let remoteLogin = ReplyTexts(
        accepted: "remote authentication successful",
        all: "remote server rejected your credentials",
        unavailable: "[ALERT] Couldn't contact remote authentication server"
    )

    /// Texts that do not say why a login is refused.
    private init(accepted: String = "", all refusals: String, unavailable: String) {
        self.init(
            accepted: accepted,
            unknownUser: refusals,
            wrongPassword: refusals,
            passwordExpired: refusals,
            accountExpired: refusals,
            notPermitted: refusals,
            unavailable: unavailable
        )
    }
}
