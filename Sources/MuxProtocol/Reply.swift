package import Authentication

/// What a client is told: a counted string that begins with `OK` or `NO`, or an empty one.
package struct Reply: Hashable, Sendable {
    /// The text without its count; empty for "nothing could be found out".
    package let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The answer of length zero, which libsasl2 takes as a failure of the service (`SASL_FAIL`) and not of the password.
    package static let unavailable = Reply("")

    /// The answer of the cache, whatever the mechanism.
    package static let cached = Reply("OK")

    /// The bytes that go to the client, in one piece: two of length, the higher first, and the text.
    package var wire: [UInt8] {
        [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 0xFF)] + text.utf8
    }

    /// What the log gives as the reason: the text behind `NO `, or `Unknown` where there is none.
    package var reason: String {
        text.utf8.count > 3 ? String(text.dropFirst(3)) : "Unknown"
    }

    /// The answer to a request that no mechanism sees.
    package init(to error: MuxError) {
        switch error {
        case .tooLong, .holdsZeroByte: text = "NO "
        case .emptyLogin, .emptyPassword, .emptyRequest: text = "NO \(error)"
        }
    }

    /// The answer to what a mechanism found out, in the words that the original has for it.
    ///
    /// With `refusesUnavailable`, "nothing could be found out" is told as a refusal, as the original does.
    package init(to verdict: Verdict, of mechanism: PluginName, refusesUnavailable: Bool) {
        switch verdict {
        case .accepted: self = .accepted(by: mechanism.known)
        case .refused(let refusal): self = .refused(by: mechanism.known, refusal)
        case .unavailable: self = refusesUnavailable ? .unavailable(of: mechanism.known) : .unavailable
        }
    }

    private static func accepted(by mechanism: MechanismName?) -> Reply {
        switch mechanism {
        case .pop3, .rimap: Reply("OK remote authentication successful")
        case .getpwent, .mysql, .pam, .sasldb, .shadow, nil: Reply("OK")
        }
    }

    private static func refused(by mechanism: MechanismName?, _ refusal: Refusal) -> Reply {
        switch (mechanism, refusal) {
        case (.pop3, _), (.rimap, _): Reply("NO remote server rejected your credentials")
        case (.sasldb, _): Reply("NO")
        case (.pam, .unknownUser), (.pam, .wrongPassword): Reply("NO PAM auth error")
        case (.pam, .passwordExpired), (.pam, .accountExpired), (.pam, .notPermitted): Reply("NO PAM acct error")
        case (.getpwent, .unknownUser), (.shadow, .unknownUser): Reply("NO Invalid username")
        case (_, .passwordExpired): Reply("NO Password expired")
        case (_, .accountExpired): Reply("NO Account expired")
        case (_, .notPermitted): Reply("NO Account not permitted")
        case (_, .unknownUser), (_, .wrongPassword): Reply("NO Incorrect password")
        }
    }

    private static func unavailable(of mechanism: MechanismName?) -> Reply {
        switch mechanism {
        case .sasldb: Reply("NO")
        case .pam: Reply("NO PAM auth error")
        case .pop3, .rimap: Reply("NO [ALERT] Couldn't contact remote authentication server")
        case .getpwent, .mysql, .shadow, nil: Reply("NO internal mechanism failure")
        }
    }
}
