internal import Authentication

/// What came of asking one server.
enum Outcome: Hashable, Sendable {
    case accepted
    case refused(Refusal)
    /// The server answers, and cannot say or will not hear.
    case undecided(String)
    /// The server does not do its work.
    case failed(String)
    /// The server has neither greeted nor hung up in time.
    case late(String)

    /// What the text of a refusal means; a code in brackets at its beginning decides, RFC 5530 and RFC 3206.
    ///
    /// A refusal without a code, or with an unknown one, is about login and password.
    init(refusal text: [UInt8], to request: borrowing AuthRequest) {
        let words = ServerText(text, hiding: request)
        switch Self.code(in: text) {
        case "EXPIRED": self = .refused(.passwordExpired)
        case "AUTHORIZATIONFAILED": self = .refused(.notPermitted)
        case "UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CLIENTBUG", "SYS/TEMP", "SYS/PERM", "IN-USE", "LOGIN-DELAY":
            self = .undecided("it says \(words)")
        case "REFERRAL":
            self = .undecided("it refers to another server: \(words)")
        case "PRIVACYREQUIRED":
            self = .undecided("it takes no password on a connection without TLS: \(words)")
        default: self = .refused(.wrongPassword)
        }
    }

    /// The word behind a bracket at the beginning, in capital letters.
    private static func code(in text: [UInt8]) -> String? {
        let text = text.drop { $0 == UInt8(ascii: " ") }
        guard text.first == UInt8(ascii: "["), let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let word = text[text.startIndex..<end].dropFirst().prefix { $0 != UInt8(ascii: " ") }
        return String(decoding: word, as: UTF8.self).uppercased()
    }
}

extension Outcome: CustomStringConvertible {
    var description: String {
        switch self {
        case .accepted: "OK"
        case .refused(let refusal): "refused, \(refusal)"
        case .undecided(let reason), .failed(let reason), .late(let reason): reason
        }
    }
}
