internal import Authentication

/// What a server said to one operation.
struct ServerAnswer: Hashable, Sendable {
    let code: ResultCode
    /// The server's words, without a password in them.
    let text: ServerWords
    let policy: PasswordPolicy?

    init(_ code: ResultCode, text: ServerWords = .none, policy: PasswordPolicy? = nil) {
        self.code = code
        self.text = text
        self.policy = policy
    }

    /// Code, words and policy for the log.
    var description: String {
        let policy = policy.map(\.description) ?? ""
        return [code.description, text.description, policy].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// What a server wrote, for a reason or a line of the log, which escape it.
struct ServerWords: Hashable, Sendable, CustomStringConvertible {
    let description: String
    /// The number in Active Directory's `AcceptSecurityContext error, data 52e`; `nil` where there is none.
    let windowsError: UInt32?
    /// Whether it is OpenLDAP's SASL library that has refused, `SASL(-13): user not found` for instance.
    let isOfSASL: Bool

    private static let longest = 200
    /// What is before the number.
    private static let mark = Array("AcceptSecurityContext error, data ".utf8)
    /// The length of the shortest text with a number, as below.
    private static let shortestMark = 6

    static let none = ServerWords(words: "", in: [])

    /// Text that contains the password is not shown: servers may repeat what they received.
    init(_ bytes: [UInt8], hiding password: Span<UInt8>) {
        // Active Directory ends its texts with a zero byte.
        let text = Array(bytes.prefix(Self.longest).prefix { $0 != 0 })
        let isShown = bytes.span.firstIndex(of: password, ignoringASCIICase: true) == nil
        let isRepeated = bytes.span.firstIndex(of: password) != nil
        // A short password may be in any text, but a longer one may be what has put a number there.
        let isTrusted = !isRepeated || password.count < Self.shortestMark
        let words = isShown ? String(decoding: text, as: UTF8.self) : "(text that contains the password)"
        self.init(words: words, in: isTrusted ? text : [])
    }

    private init(words: String, in text: [UInt8]) {
        description = words
        windowsError = Self.windowsError(in: text)
        isOfSASL = text.starts(with: "SASL(-".utf8)
    }

    private static func windowsError(in text: [UInt8]) -> UInt32? {
        guard let place = text.span.firstIndex(of: mark.span) else { return nil }
        let rest = text.dropFirst(place + mark.count).prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
        let digits = String(decoding: rest, as: UTF8.self)
        return digits.first?.isHexDigit == true ? UInt32(digits, radix: 16) : nil
    }
}
