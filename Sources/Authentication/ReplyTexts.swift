/// The texts after `OK` or `NO` in replies to clients: those of Cyrus saslauthd, where it has any.
///
/// They do not include the words `OK` and `NO`, so no text can turn a refusal into an acceptance. With an empty text
/// the reply is the word alone.
package struct ReplyTexts: Sendable {
    package var accepted = ""
    package var unknownUser = "Incorrect password"
    package var wrongPassword = "Incorrect password"
    package var passwordExpired = "Password expired"
    package var accountExpired = "Account expired"
    package var notPermitted = "Account not permitted"
    /// For a request without a verdict, if that counts as a refusal.
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

    /// No texts at all.
    static let bare = ReplyTexts(all: "", unavailable: "")

    static let remoteLogin = ReplyTexts(
        accepted: "remote authentication successful",
        all: "remote server rejected your credentials",
        unavailable: "[ALERT] Couldn't contact remote authentication server"
    )

    /// Texts that do not give the reason of a refusal.
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
