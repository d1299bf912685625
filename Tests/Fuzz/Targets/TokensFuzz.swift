import Authentication

@testable import saslauthd_ldap

/// Filters, names and bind names of ldap with tokens, and what they become with the values of a request.
enum TokensFuzz {
    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        var fields = Fields(input)
        guard let pattern = try? TokenPattern(fields.bytes()) else { return }
        let (login, realm, service, userDN) = (fields.bytes(), fields.bytes(), fields.bytes(), fields.bytes())
        guard !login.isEmpty else { return }
        var values = TokenValues(login: login, realm: realm, service: service, defaultRealm: fields.bytes())
        values.userDN = userDN
        if let filter = try? FilterPattern(pattern) { try expand(filter, pattern, values) }
        if let name = try? DNPattern(pattern) { try expand(name, pattern, values) }
        if let name = try? BindName(pattern) { try expand(name, pattern, values) }
    }

    private static func expand(
        _ filter: FilterPattern,
        _ pattern: TokenPattern,
        _ values: TokenValues
    ) throws(BrokenProperty) {
        guard case .text(let text) = filter.expand(values) else {
            return try check(pattern.tokens.contains { values.value(of: $0).isEmpty }, "refused without a reason")
        }
        var ends = Walk.ends(of: pattern, values, in: text.bytes, .filter)
        // The pattern may be without parentheses.
        if ends.isEmpty, text.bytes.first == UInt8(ascii: "("), text.bytes.last == UInt8(ascii: ")") {
            ends = Walk.ends(of: pattern, values, in: Array(text.bytes.dropFirst().dropLast()), .filter)
        }
        try check(!ends.isEmpty, "a value changes the structure of the filter \(text)")
    }

    private static func expand(
        _ name: DNPattern,
        _ pattern: TokenPattern,
        _ values: TokenValues
    ) throws(BrokenProperty) {
        guard case .text(let text) = name.expand(values) else {
            return try check(pattern.tokens.contains { values.value(of: $0).isEmpty }, "refused without a reason")
        }
        try check(!Walk.ends(of: pattern, values, in: text.bytes, .name).isEmpty, "a value changes the name \(text)")
    }

    private static func expand(
        _ name: BindName,
        _ pattern: TokenPattern,
        _ values: TokenValues
    ) throws(BrokenProperty) {
        guard case .text(let text) = name.expand(values) else { return }
        try check(!text.bytes.allSatisfy { $0 == 0x20 }, "an empty bind name")
        guard !name.isDN else { return }
        let literal = pattern.parts.contains { if case .text = $0 { true } else { false } }
        guard literal || pattern.parts.count > 1 else { return }
        try check(!text.bytes.contains(UInt8(ascii: "=")), "a value makes a DN of \(text)")
        let zeros = pattern.parts.reduce(0) { if case .text(let part) = $1 { $0 + part.count { $0 == 0 } } else { $0 } }
        try check(text.bytes.count { $0 == 0 } == zeros, "a zero byte in \(text)")
    }
}

/// Follows a pattern through its expansion: all literal text in its place, and between it the values, escaped.
private struct Walk {
    enum Kind {
        case filter, name
    }

    private let output: [UInt8]
    private let kind: Kind

    /// The ends that are reached; a single one, the end of the expansion, or none.
    static func ends(of pattern: TokenPattern, _ values: TokenValues, in output: [UInt8], _ kind: Kind) -> Set<Int> {
        let walk = Walk(output: output, kind: kind)
        var places: Set<Int> = [0]
        for part in pattern.parts {
            switch part {
            case .text(let text):
                places = Set(places.filter { output[$0...].starts(with: text) }.map { $0 + text.count })
            case .token(let token):
                places = places.reduce(into: []) { ends, start in
                    ends.formUnion(walk.ends(of: token, values.value(of: token), from: start))
                }
            }
        }
        return places.filter { $0 == output.count }
    }

    /// Where a value may end that begins at `start`.
    private func ends(of token: Token, _ value: [UInt8], from start: Int) -> [Int] {
        switch kind {
        case .filter:
            // In a value that is a name, it is escaped as there first.
            [value, DNReference.escaped(value)].compactMap { end(of: $0, from: start, special: Array("()*\0".utf8)) }
        case .name:
            [end(of: value, from: start, special: Array("\",+;<>=\0\n\t".utf8))].compactMap(\.self)
                + (token == .userDN && output[start...].starts(with: value) ? [start + value.count] : [])
        }
    }

    /// Decodes `\XX`, and compares with `value`; `nil` where they differ, or where a special byte is not escaped.
    private func end(of value: [UInt8], from start: Int, special: [UInt8]) -> Int? {
        var place = start
        for (index, byte) in value.enumerated() {
            guard place < output.count else { return nil }
            let raw = output[place]
            if raw == UInt8(ascii: "\\") {
                let digits = output[(place + 1)...].prefix(2)
                guard digits.count == 2, UInt8(String(decoding: digits, as: UTF8.self), radix: 16) == byte else {
                    return nil
                }
                place += 3
                continue
            }
            guard raw == byte, !special.contains(raw) else { return nil }
            let isAtEnd = index == 0 || index == value.count - 1
            if case .name = kind, raw == 0x20 && isAtEnd || raw == UInt8(ascii: "#") && index == 0 { return nil }
            place += 1
        }
        return place
    }
}

/// Escapes a value for a name, as RFC 4514 says.
private enum DNReference {
    static func escaped(_ value: [UInt8]) -> [UInt8] {
        value.enumerated().flatMap { index, byte -> [UInt8] in
            let isAtEnd = index == 0 || index == value.count - 1
            let isSpecial =
                "\"+,;<>\\=".utf8.contains(byte) || byte < 0x20 || byte == 0x7F || byte == 0x20 && isAtEnd
                || byte == UInt8(ascii: "#") && index == 0
            guard isSpecial else { return [byte] }
            let digits = Array("0123456789ABCDEF".utf8)
            return [UInt8(ascii: "\\"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
        }
    }
}
