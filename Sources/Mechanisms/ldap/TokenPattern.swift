internal import Authentication

/// A placeholder in a pattern for a part of the request.
enum Token: Hashable, Sendable {
    /// `%u`: the login.
    case login
    /// `%U`: the part of the login before its first `@`; the whole login without one.
    case user
    /// `%d`: the part after that `@`.
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
    /// Unknown tokens, which expand to nothing.
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

    /// Whether a request can expand it to nothing; with `hasDefaultRealm` a realm is never empty.
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
        case .percentAtEnd: "the value ends with a percent sign; write %% for a literal one"
        case .noValue(let token): "\(token) is allowed only in a value, after an equals sign"
        case .behindBackslash(let token): "\(token) follows an incomplete escape; write \\5c for a backslash"
        case .inQuotes(let token): "\(token) is in quotation marks; remove them, as its value is escaped"
        case .behindNumberSign(let token): "\(token) is in a hexadecimal value, which begins with #"
        case .parentheses: "the parentheses do not match"
        case .noEqualsSign: "a part has no equals sign; write (attribute=value)"
        case .textBetween: "between parentheses only &, | and ! are allowed"
        case .textBehind(let token): "only a comma may follow \(token)"
        }
    }
}

/// The expansion of a pattern for one request.
enum Expansion: Hashable, Sendable {
    case text(ByteString)
    /// No user can match; the reason is for the log.
    case refused(String)
}
