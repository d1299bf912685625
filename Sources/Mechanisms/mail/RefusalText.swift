internal import Authentication

/// The meaning of the text of a NO, BAD or -ERR: by its code (RFC 5530, RFC 9051, RFC 2449, RFC 3206), and without a code by words
/// that real servers use.
///
/// saslauthd-mail(8) has the table.
enum RefusalText: Hashable, Sendable {
    /// The server has judged the login.
    case judged(Refusal)
    /// The server cannot judge the login at present.
    case cannotTell
    /// The server requires TLS first.
    case wantsTLS
    /// The server refers to another one.
    case elsewhere
    /// The server does not know the command or the mechanism.
    case notUnderstood

    /// `isBad`: the text of a BAD, which is about the command unless its code says otherwise.
    ///
    /// Words that repeat the login do not count: a client must not choose the meaning by its login.
    init(_ text: [UInt8], isBad: Bool = false, login: Span<UInt8>) {
        switch Self.code(in: text) {
        case "AUTHENTICATIONFAILED", "NONEXISTENT": self = .judged(.wrongPassword)
        case "EXPIRED": self = .judged(.passwordExpired)
        case "AUTHORIZATIONFAILED", "NOPERM", "CONTACTADMIN": self = .judged(.notPermitted)
        case "UNAVAILABLE", "INUSE", "LIMIT", "OVERQUOTA", "THROTTLED", "SERVERBUG", "CLIENTBUG", "CORRUPTION",
            "SYS/TEMP", "SYS/PERM", "IN-USE", "LOGIN-DELAY", "UTF8":
            self = .cannotTell
        case "REFERRAL": self = .elsewhere
        case "PRIVACYREQUIRED": self = .wantsTLS
        default: self.init(words: Self.words(text, without: login), isBad: isBad)
        }
    }

    private init(words: String, isBad: Bool) {
        let text = Array(words.utf8)
        func holds(_ phrases: [Phrase]) -> Bool { phrases.contains { $0.isPart(of: text.span) } }
        let isInUse = holds(Self.mailboxes) && holds(Self.uses) && !holds(Self.aboutClosedAccount)
        if holds(Self.aboutEncryption) || Self.asksForTLS(words) {
            self = .wantsTLS
        } else if holds(Self.aboutCommand) {
            self = .notUnderstood
        } else if holds(Self.aboutLock) || isInUse {
            self = .cannotTell
        } else if !holds(Self.aboutAccount + Self.aboutClosedAccount) && holds(Self.aboutServer) {
            self = .cannotTell
        } else {
            self = isBad ? .notUnderstood : .judged(.wrongPassword)
        }
    }

    /// Whether the text has TLS as a whole word, and a word that asks for it.
    private static func asksForTLS(_ words: String) -> Bool {
        let single = Set(words.split { !$0.isLetter }.map(String.init))
        return !single.isDisjoint(with: namesOfTLS) && !single.isDisjoint(with: demands)
    }

    private static let namesOfTLS: Set<String> = ["tls", "ssl", "starttls", "stls"]
    private static let demands: Set<String> = [
        "require", "required", "requires", "need", "needed", "needs", "must", "only", "use", "first", "before",
        "without", "enable", "mandatory",
    ]
    private static let aboutEncryption: [Phrase] = [
        "plaintext", "plain text", "plain-text", "cleartext", "clear text", "clear-text", "non-secure", "unencrypted",
        "secure connection", "encrypted connection", "encryption", "under a layer", "starttls", "stls",
    ]
    private static let aboutCommand: [Phrase] = [
        "unknown command", "invalid command", "unrecognized command", "unrecognised command", "command unknown",
        "command unrecognized", "command not recognized", "command must be one of", "bad command", "no such command",
        "protocol error", "command error", "syntax error", "not valid in this state",
        "unimplemented", "not implemented", "not supported", "unsupported", "unknown auth", "unknown mechanism",
        "invalid mechanism", "no mechanism available", "mechanism not", "initial response",
    ]
    /// The password was right, and another session uses the mailbox.
    private static let aboutLock: [Phrase] = [
        "unable to lock", "maildrop already locked", "mailbox already locked", "locked by another", "lock busy",
    ]
    /// The same meaning: a word of `mailboxes` and a word of `uses`.
    private static let mailboxes: [Phrase] = ["mailbox", "maildrop", "mail drop"]
    private static let uses: [Phrase] = ["locked", "in use", "currently used", "being used", "busy"]
    /// The account is locked, for a while or for good: a verdict on the login.
    private static let aboutAccount: [Phrase] = ["locked", "blocked"]
    /// The same, and never about a mailbox that is only in use.
    private static let aboutClosedAccount: [Phrase] = [
        "lockout", "suspended", "disabled", "deactivated", "administrat", "attempts", "too many failed",
        "too many login",
        "too many auth", "too many invalid",
    ]
    private static let aboutServer: [Phrase] = [
        "temporar", "try again later", "try later", "internal server error", "internal error", "system error",
        "server error",
        "server unavailable", "service unavailable", "currently unavailable", "service not available", "throttled",
        "overload", "too busy", "server busy", "server is busy", "too many connections", "too many sessions",
        "simultaneous", "concurrent", "connection limit", "bandwidth limit", "maximum number of connections",
        "could not connect", "cannot connect", "can't connect", "unable to connect", "connection refused", "timed out",
        "shutting down", "maintenance",
    ]

    /// The first word in brackets at the start, in upper case.
    private static func code(in text: [UInt8]) -> String? {
        let text = text.drop { $0 == UInt8(ascii: " ") }
        guard text.first == UInt8(ascii: "["), let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let word = text[text.startIndex..<end].dropFirst().prefix { $0 != UInt8(ascii: " ") }
        return String(decoding: word, as: UTF8.self).uppercased()
    }

    /// `text` in lower case, without a code, the login, and the part of the login before its `@`.
    private static func words(_ text: [UInt8], without login: Span<UInt8>) -> String {
        var words = text[...]
        let start = words.drop { $0 == UInt8(ascii: " ") }
        if start.first == UInt8(ascii: "["), let end = start.firstIndex(of: UInt8(ascii: "]")) {
            words = words[(end + 1)...]
        }
        var lowered = String(decoding: words, as: UTF8.self).lowercased()
        let whole = String(decoding: [UInt8](copying: login), as: UTF8.self).lowercased()
        for part in [whole, String(whole.prefix { $0 != "@" })] where !part.isEmpty {
            lowered = lowered.replacing(part, with: " ")
        }
        return lowered
    }
}

/// Words that a server's text may contain, in lower case and ASCII.
private struct Phrase: ExpressibleByStringLiteral {
    private let bytes: [UInt8]

    init(stringLiteral text: String) { bytes = Array(text.utf8) }

    func isPart(of text: Span<UInt8>) -> Bool { text.firstIndex(of: bytes.span) != nil }
}
