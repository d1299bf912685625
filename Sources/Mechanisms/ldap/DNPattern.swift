internal import Authentication

/// A distinguished name, RFC 4514, with tokens in its values.
///
/// Values of tokens are escaped, so that no request changes the structure of the name. `%D`, which is a DN itself, may also be one
/// of its parts.
struct DNPattern: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case text([UInt8])
        case value(Token)
        case name(Token)
    }

    private let parts: [Part]
    /// The tokens of values without text: if all tokens of a group are empty, the value is.
    private let groups: [[Token]]
    let tokens: Set<Token>

    /// A pattern without tokens is used unchanged, whatever it is.
    init(_ pattern: TokenPattern) throws(PatternFault) {
        tokens = pattern.tokens
        guard !tokens.isEmpty else {
            parts = pattern.constant.map { [.text($0.bytes)] } ?? []
            groups = []
            return
        }
        var reader = DNReader()
        var parts: [Part] = []
        for part in pattern.parts {
            switch part {
            case .text(let text):
                try reader.read(text)
                parts.append(.text(text))
            case .token(let token): parts.append(try reader.read(token) ? .name(token) : .value(token))
            }
        }
        try reader.finish()
        self.parts = parts
        groups = reader.groups
    }

    func expand(_ values: TokenValues) -> Expansion {
        for group in groups where group.allSatisfy({ values.value(of: $0).isEmpty }) {
            return .refused("\(group.map(\.description).joined(separator: ", ")) is empty")
        }
        var name: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): name += text
            case .value(let token): name += Self.escaped(values.value(of: token))
            case .name(let token): name += values.value(of: token)
            }
        }
        return .text(ByteString(name))
    }

    /// Escapes special characters, control characters, and blanks at the ends as `\XX`.
    static func escaped(_ value: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        for (index, byte) in value.enumerated() {
            let isAtEnd = index == 0 || index == value.count - 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "="), 0..<0x20, 0x7F:
                escaped += hexadecimal(byte)
            case UInt8(ascii: " ") where isAtEnd: escaped += hexadecimal(byte)
            case UInt8(ascii: "#") where index == 0: escaped += hexadecimal(byte)
            default: escaped.append(byte)
            }
        }
        return escaped
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = String(byte, radix: 16, uppercase: true)
        return Array(("\\" + (byte < 0x10 ? "0" : "") + digits).utf8)
    }
}

/// Checks the structure of a DN and where its tokens are.
private struct DNReader {
    private enum Place {
        /// At the start, or behind a comma.
        case start
        case attribute
        case value
        /// Behind a token that is a name itself.
        case behindName(Token)
    }

    private enum Escape {
        case none
        case begun
        /// One digit of two was read.
        case halfway
    }

    private var place = Place.start
    private var escape = Escape.none
    private var isQuoted = false
    private var isHexadecimal = false
    /// The tokens of a value that has no text; `nil` where it has some.
    private var value: [Token]? = []
    private(set) var groups: [[Token]] = []

    mutating func read(_ text: [UInt8]) throws(PatternFault) {
        for byte in text { try read(byte) }
    }

    /// Says whether the token is a name as a whole.
    mutating func read(_ token: Token) throws(PatternFault) -> Bool {
        guard escape == .none else { throw .behindBackslash(token) }
        switch place {
        case .start where token == .userDN:
            groups.append([token])
            place = .behindName(token)
            return true
        case .value:
            guard !isQuoted else { throw .inQuotes(token) }
            guard !isHexadecimal else { throw .behindNumberSign(token) }
            value?.append(token)
            return false
        case .behindName(let name): throw .textBehind(name)
        case .start, .attribute: throw .noValue(token)
        }
    }

    mutating func finish() throws(PatternFault) {
        switch place {
        case .attribute: throw .noEqualsSign
        case .value: end()
        case .start, .behindName: break
        }
    }

    private mutating func read(_ byte: UInt8) throws(PatternFault) {
        let isSeparator = byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "+")
        switch place {
        case .start: if byte != UInt8(ascii: " ") { place = .attribute }
        case .attribute:
            guard byte == UInt8(ascii: "=") else { break }
            place = .value
            (value, isHexadecimal) = ([], false)
        case .behindName(let token):
            guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") else { throw .textBehind(token) }
            place = .start
        case .value where escape == .begun:
            escape = Self.isHexadecimal(byte) ? .halfway : .none
        case .value where escape == .halfway: escape = .none
        case .value where isSeparator && !isQuoted:
            end()
            place = .start
        case .value: readValue(byte)
        }
    }

    private mutating func readValue(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"): escape = .begun
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: "#") where value?.isEmpty == true: isHexadecimal = true
        // Blanks around a value are none of it.
        case UInt8(ascii: " "): return
        default: break
        }
        value = nil
    }

    private mutating func end() {
        if let value, !value.isEmpty { groups.append(value) }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
