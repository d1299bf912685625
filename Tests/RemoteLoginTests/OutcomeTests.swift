import Authentication
import Testing

@testable import RemoteLogin

private func outcome(_ text: String) -> Outcome {
    Outcome(refusal: Array(text.utf8), to: Conversation.request())
}

@Suite struct OutcomeTests {
    @Test(arguments: [
        ("Login failed.", Refusal.wrongPassword), ("", .wrongPassword), ("[AUTHENTICATIONFAILED] no", .wrongPassword),
        ("[authenticationfailed]", .wrongPassword), ("[AUTH] no", .wrongPassword),
        ("[ALERT] Web login required", .wrongPassword),
        ("[EXPIRED] too old", .passwordExpired), ("[AUTHORIZATIONFAILED] no", .notPermitted), ("[", .wrongPassword),
        ("[]", .wrongPassword), ("later [UNAVAILABLE]", .wrongPassword),
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
}
