internal import Authentication

/// The bind name for `ldap_auth_method: fastbind`, which `ldap_filter` makes without a search.
enum BindName: Hashable, Sendable {
    case dn(DNPattern)
    /// A name that is not a DN, such as `%u@ad.example`.
    case other(TokenPattern)

    init(_ pattern: TokenPattern) throws(PatternFault) {
        let hasEqualsSign = pattern.parts.contains { part in
            if case .text(let text) = part { text.contains(UInt8(ascii: "=")) } else { false }
        }
        self = hasEqualsSign ? .dn(try DNPattern(pattern)) : .other(pattern)
    }

    var isDN: Bool {
        switch self {
        case .dn: true
        case .other: false
        }
    }

    /// The result is never empty: servers accept a bind without a name whatever the password is.
    func expand(_ values: TokenValues) -> Expansion {
        let expansion =
            switch self {
            case .dn(let pattern): pattern.expand(values)
            case .other(let pattern): Self.expand(pattern, values)
            }
        if case .text(let name) = expansion, name.bytes.allSatisfy({ $0 == UInt8(ascii: " ") }) {
            return .refused("the bind name is empty")
        }
        return expansion
    }

    /// Escapes nothing; refuses values that would turn the name into a DN.
    private static func expand(_ pattern: TokenPattern, _ values: TokenValues) -> Expansion {
        var name: [UInt8] = []
        for part in pattern.parts {
            switch part {
            case .text(let text): name += text
            case .token(let token):
                let value = values.value(of: token)
                guard !value.contains(0) else { return .refused("\(token) holds a zero byte") }
                // Who may write the name as a whole may write a DN.
                guard !value.contains(UInt8(ascii: "=")) || pattern.parts.count == 1 else {
                    return .refused("\(token) contains an equals sign, which would turn the name into a DN")
                }
                name += value
            }
        }
        return .text(ByteString(name))
    }
}
