internal import Authentication

/// What stands for a part of a request in a pattern of a settings file.
enum Token: Hashable, Sendable {
    /// `%u`: the login.
    case login
    /// `%U`: what stands before the first `@` of the login, all of it where there is none.
    case user
    /// `%d`: what stands behind that `@`.
    case domain
    /// `%1` to `%9`: a label of the domain, counted from the right; of the realm where the login has no domain.
    case label(Int)
    /// `%r`
    case realm
    /// `%R`: an `@` and the realm.
    case atRealm
    /// `%s`
    case service
    /// `%D`: the DN of the user, in patterns of groups.
    case userDN

    init?(letter: UInt8) {
        switch letter {
        case UInt8(ascii: "u"): self = .login
        case UInt8(ascii: "U"): self = .user
        case UInt8(ascii: "d"): self = .domain
        case UInt8(ascii: "1")...UInt8(ascii: "9"): self = .label(Int(letter - UInt8(ascii: "0")))
        case UInt8(ascii: "r"): self = .realm
        case UInt8(ascii: "R"): self = .atRealm
        case UInt8(ascii: "s"): self = .service
        case UInt8(ascii: "D"): self = .userDN
        default: return nil
        }
    }

    /// Whether it stands for something of the user's own.
    var isOfUser: Bool {
        switch self {
        case .login, .user, .userDN: true
        case .domain, .label, .realm, .atRealm, .service: false
        }
    }
}

extension Token: CustomStringConvertible {
    var description: String {
        switch self {
        case .login: "%u"
        case .user: "%U"
        case .domain: "%d"
        case .label(let number): "%\(number)"
        case .realm: "%r"
        case .atRealm: "%R"
        case .service: "%s"
        case .userDN: "%D"
        }
    }
}

/// A pattern of a settings file, split into text and tokens.
struct TokenPattern: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case text([UInt8])
        case token(Token)
    }

    let parts: [Part]
    /// Tokens that nobody knows, which stand for nothing.
    let unknown: [String]

    /// Splits `text`; a percent sign at its end is a fault.
    init(_ text: ByteString) throws(PatternFault) {
        var (parts, unknown): ([Part], [String]) = ([], [])
        var literal: [UInt8] = []
        var rest = text.bytes[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                literal.append(byte)
                continue
            }
            guard let letter = rest.popFirst() else { throw .percentAtEnd }
            if letter == UInt8(ascii: "%") {
                literal.append(letter)
            } else if let token = Token(letter: letter) {
                if !literal.isEmpty { parts.append(.text(literal)) }
                literal = []
                parts.append(.token(token))
            } else {
                unknown.append("%" + ByteString([letter]).description)
            }
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        self.parts = parts
        self.unknown = unknown
    }

    var tokens: Set<Token> {
        Set(
            parts.compactMap { part in
                if case .token(let token) = part { token } else { nil }
            }
        )
    }

    /// The text where there is no token in it.
    var constant: ByteString? {
        switch parts.count {
        case 0: return ByteString()
        case 1:
            guard case .text(let text) = parts[0] else { return nil }
            return ByteString(text)
        default: return nil
        }
    }

    /// Whether there is a request that makes nothing of it; `hasDefaultRealm` where a realm is never empty.
    func canBeEmpty(hasDefaultRealm: Bool) -> Bool {
        parts.allSatisfy { part in
            switch part {
            case .text: false
            case .token(.login): false
            case .token(.realm), .token(.atRealm): !hasDefaultRealm
            case .token: true
            }
        }
    }
}

/// What makes a pattern unusable.
enum PatternFault: Error, Hashable, Sendable, CustomStringConvertible {
    case percentAtEnd
    case noValue(Token)
    case behindBackslash(Token)
    case inQuotes(Token)
    case behindNumberSign(Token)
    case parentheses
    case noEqualsSign
    case textBetween
    case textBehind(Token)

    var description: String {
        switch self {
        case .percentAtEnd: "there is a percent sign at the end; write %% for the sign itself"
        case .noValue(let token): "\(token) stands where no value does; it can stand behind an equals sign only"
        case .behindBackslash(let token): "\(token) stands behind an unfinished escape; write \\5c for a backslash"
        case .inQuotes(let token): "\(token) stands in quotation marks; take them out, what it stands for is escaped"
        case .behindNumberSign(let token): "\(token) stands in a value that begins with #, which is hexadecimal"
        case .parentheses: "the parentheses do not match"
        case .noEqualsSign: "there is a part without an equals sign; write (attribute=value)"
        case .textBetween: "there is text between two parentheses that is neither &, | nor !"
        case .textBehind(let token): "behind \(token) there is neither a comma nor the end"
        }
    }
}

/// What a pattern comes to for one request.
enum Expansion: Hashable, Sendable {
    case text(ByteString)
    /// There can be no such user, and the reason for the log.
    case refused(String)
}
