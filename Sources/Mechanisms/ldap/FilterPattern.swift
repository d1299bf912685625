internal import Authentication

/// A search filter, RFC 4515, with tokens in its values.
///
/// Values of tokens are escaped, so that no request changes the structure of the filter.
struct FilterPattern: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case text([UInt8])
        case value(Token)
        /// Of a value that is a DN itself.
        case valueInDN(Token)
    }

    private let parts: [Part]
    /// Tokens next to an asterisk without text: if all tokens of a group are empty, the filter has another meaning.
    private let groups: [[Token]]
    /// The attribute of a filter of the form `attribute=%u` or `attribute=%U`.
    let loginAttribute: ByteString?
    let tokens: Set<Token>

    init(_ pattern: TokenPattern) throws(PatternFault) {
        var reader = FilterReader()
        let pieces = Self.enclosed(pattern.parts)
        var parts: [Part] = []
        for piece in pieces {
            switch piece {
            case .text(let text):
                try reader.read(text)
                parts.append(.text(text))
            case .token(let token):
                parts.append(try reader.read(token) ? .valueInDN(token) : .value(token))
            }
        }
        try reader.finish()
        self.parts = parts
        groups = reader.groups
        tokens = pattern.tokens
        loginAttribute = Self.loginAttribute(pieces)
    }

    func expand(_ values: TokenValues) -> Expansion {
        for group in groups where group.allSatisfy({ values.value(of: $0).isEmpty }) {
            let names = group.map(\.description).joined(separator: ", ")
            return .refused("\(names) is empty, which would change the meaning of the filter")
        }
        var filter: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): filter += text
            case .value(let token): filter += Self.escaped(values.value(of: token))
            case .valueInDN(let token): filter += Self.escaped(DNPattern.escaped(values.value(of: token)))
            }
        }
        return .text(ByteString(filter))
    }

    /// Escapes special characters as `\2a`, `\28`, `\29`, `\5c` and `\00`.
    static func escaped(_ value: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        for byte in value {
            switch byte {
            case UInt8(ascii: "*"): escaped += Array("\\2a".utf8)
            case UInt8(ascii: "("): escaped += Array("\\28".utf8)
            case UInt8(ascii: ")"): escaped += Array("\\29".utf8)
            case UInt8(ascii: "\\"): escaped += Array("\\5c".utf8)
            case 0: escaped += Array("\\00".utf8)
            default: escaped.append(byte)
            }
        }
        return escaped
    }

    /// The parts, in parentheses where there are none.
    private static func enclosed(_ parts: [TokenPattern.Part]) -> [TokenPattern.Part] {
        if case .text(let text) = parts.first, text.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "(") {
            return parts
        }
        return [.text([UInt8(ascii: "(")])] + parts + [.text([UInt8(ascii: ")")])]
    }

    private static func loginAttribute(_ parts: [TokenPattern.Part]) -> ByteString? {
        var text: [UInt8] = []
        var token: Token?
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .token(let one):
                guard token == nil else { return nil }
                token = one
                text.append(0)
            }
        }
        guard token == .login || token == .user, text.first == UInt8(ascii: "("),
            text.suffix(3) == [UInt8(ascii: "="), 0, UInt8(ascii: ")")]
        else { return nil }
        let name = text.dropFirst().dropLast(3)
        let isName = name.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        return isName && !name.isEmpty ? ByteString(Array(name)) : nil
    }
}

/// Checks the structure of a filter and where its tokens are.
private struct FilterReader {
    private enum Place {
        /// Behind an opening parenthesis, where it is not yet said of what.
        case opened
        /// Among the parts of `&`, `|` or `!`.
        case amongParts
        case attribute(length: Int)
        case value
        /// Before the first parenthesis, or behind the last.
        case outside
    }

    private var place = Place.outside
    private var depth = 0
    private var hasEnded = false
    /// What is still to come of `\XX`.
    private var digits = 0
    /// The bytes of the value so far.
    private var value: [UInt8] = []
    /// Those of the value's parts between asterisks that are done with, and the one that is not; `nil`: it has text.
    private var pieces: [[Token]?] = []
    private var piece: [Token]? = []
    private(set) var groups: [[Token]] = []

    mutating func read(_ text: [UInt8]) throws(PatternFault) {
        for byte in text { try read(byte) }
    }

    /// Says whether the token stands in a value that is a DN.
    mutating func read(_ token: Token) throws(PatternFault) -> Bool {
        guard case .value = place else { throw .noValue(token) }
        guard digits == 0 else { throw .behindBackslash(token) }
        piece?.append(token)
        return token != .userDN && beginsAsDN
    }

    mutating func finish() throws(PatternFault) {
        guard depth == 0, hasEnded else { throw .parentheses }
    }

    private mutating func read(_ byte: UInt8) throws(PatternFault) {
        let isBlank = byte == UInt8(ascii: " ")
        switch place {
        case .outside:
            if isBlank { return }
            guard byte == UInt8(ascii: "("), !hasEnded else { throw .parentheses }
            open()
        case .opened:
            switch byte {
            case UInt8(ascii: " "): break
            case UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "!"): place = .amongParts
            case UInt8(ascii: "("), UInt8(ascii: ")"): throw .parentheses
            case UInt8(ascii: "="): throw .noEqualsSign
            default: place = .attribute(length: 1)
            }
        case .amongParts:
            switch byte {
            case UInt8(ascii: " "): break
            case UInt8(ascii: "("): open()
            case UInt8(ascii: ")"): close()
            default: throw .textBetween
            }
        case .attribute(let length):
            switch byte {
            case UInt8(ascii: "="): begin()
            case UInt8(ascii: "("), UInt8(ascii: ")"): throw .noEqualsSign
            default: place = .attribute(length: length + 1)
            }
        case .value: try readValue(byte)
        }
    }

    private mutating func readValue(_ byte: UInt8) throws(PatternFault) {
        if digits > 0 {
            digits -= 1
            piece = nil
            return value.append(byte)
        }
        switch byte {
        case UInt8(ascii: "("): throw .parentheses
        case UInt8(ascii: ")"):
            end()
            close()
        case UInt8(ascii: "*"):
            pieces.append(piece)
            piece = []
        case UInt8(ascii: "\\"):
            digits = 2
            piece = nil
            value.append(byte)
        default:
            piece = nil
            value.append(byte)
        }
    }

    private mutating func open() {
        depth += 1
        place = .opened
    }

    private mutating func close() {
        depth -= 1
        hasEnded = depth == 0
        place = hasEnded ? .outside : .amongParts
    }

    private mutating func begin() {
        place = .value
        (value, pieces, piece) = ([], [], [])
    }

    /// Ends a value; without an asterisk it may be empty.
    private mutating func end() {
        guard !pieces.isEmpty else { return }
        groups += (pieces + [piece]).compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// Whether the value begins with an attribute and an equals sign.
    private var beginsAsDN: Bool {
        guard let equals = value.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { return false }
        return value[..<equals].allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }
}
