import Authentication
import TestSupport
import Testing

@testable import saslauthd_ldap

/// A filter as a server reads it, RFC 4515, without matching rules.
indirect enum Filter: Hashable {
    case all([Filter])
    case any([Filter])
    case not(Filter)
    /// The attribute with its operator, and the parts of the value between asterisks.
    case item(String, [[UInt8]])

    /// The form alone: attributes, operators, and how many parts a value has.
    var form: String {
        switch self {
        case .all(let parts): "&\(parts.map(\.form))"
        case .any(let parts): "|\(parts.map(\.form))"
        case .not(let part): "!\(part.form)"
        // Where a part is empty, an asterisk means something else.
        case .item(let attribute, let parts):
            "\(attribute)=\(parts.count > 1 ? parts.map { $0.isEmpty ? "" : "x" }.joined(separator: "*") : "x")"
        }
    }

    var values: [[UInt8]] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.values)
        case .not(let part): part.values
        case .item(_, let parts): parts
        }
    }

    /// `nil` for what is no filter.
    static func parse(_ text: [UInt8]) -> Filter? {
        var rest = text[...]
        guard let filter = parse(&rest), rest.isEmpty else { return nil }
        return filter
    }

    private static func parse(_ rest: inout ArraySlice<UInt8>) -> Filter? {
        guard rest.popFirst() == UInt8(ascii: "("), let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "!"):
            rest.removeFirst()
            var parts: [Filter] = []
            while rest.first == UInt8(ascii: "(") {
                guard let part = parse(&rest) else { return nil }
                parts.append(part)
            }
            guard rest.popFirst() == UInt8(ascii: ")") else { return nil }
            if first == UInt8(ascii: "!") { return parts.count == 1 ? .not(parts[0]) : nil }
            return first == UInt8(ascii: "&") ? .all(parts) : .any(parts)
        default: return item(&rest)
        }
    }

    private static func item(_ rest: inout ArraySlice<UInt8>) -> Filter? {
        let attribute = rest.prefix { $0 != UInt8(ascii: "=") }
        rest = rest.dropFirst(attribute.count)
        guard rest.popFirst() != nil, attribute.allSatisfy({ !"()*\\\0".utf8.contains($0) }) else { return nil }
        var parts: [[UInt8]] = [[]]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ")"): return .item(String(decoding: attribute, as: UTF8.self), parts)
            case UInt8(ascii: "("), 0: return nil
            case UInt8(ascii: "*"): parts.append([])
            case UInt8(ascii: "\\"):
                guard let value = hexadecimal(&rest) else { return nil }
                parts[parts.count - 1].append(value)
            default: parts[parts.count - 1].append(byte)
            }
        }
        return nil
    }
}

/// A name as a server reads it, RFC 4514: for each part its attribute and value.
struct Name: Hashable {
    var attributes: [String] = []
    var values: [[UInt8]] = []

    /// `nil` for what is no name.
    static func parse(_ text: [UInt8]) -> Name? {
        var name = Name()
        var rest = text[...]
        while true {
            let attribute = rest.prefix { $0 != UInt8(ascii: "=") }
            rest = rest.dropFirst(attribute.count)
            guard rest.popFirst() != nil, !attribute.isEmpty, attribute.allSatisfy({ !",+\"\\<>;#".utf8.contains($0) })
            else { return nil }
            guard let (value, separator) = value(&rest), !value.isEmpty else { return nil }
            name.attributes.append(String(decoding: attribute, as: UTF8.self))
            name.values.append(value)
            guard let separator else { return name }
            name.attributes.append(String(decoding: [separator], as: UTF8.self))
        }
    }

    private static func value(_ rest: inout ArraySlice<UInt8>) -> (value: [UInt8], separator: UInt8?)? {
        guard rest.first != UInt8(ascii: "#"), rest.first != UInt8(ascii: " ") else { return nil }
        var value: [UInt8] = []
        var endsWithBlank = false
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "+"): return endsWithBlank ? nil : (value, byte)
            case UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0: return nil
            case UInt8(ascii: "\\"):
                guard let escaped = hexadecimal(&rest) else { return nil }
                value.append(escaped)
                endsWithBlank = false
            default:
                value.append(byte)
                endsWithBlank = byte == UInt8(ascii: " ")
            }
        }
        return endsWithBlank ? nil : (value, nil)
    }
}

/// The byte that two digits stand for.
private func hexadecimal(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    guard rest.count >= 2 else { return nil }
    let digits = String(decoding: rest.prefix(2), as: UTF8.self)
    rest = rest.dropFirst(2)
    return digits.utf8.first == UInt8(ascii: "+") ? nil : UInt8(digits, radix: 16)
}

/// Hostile values that are the same in every run.
extension SeededGenerator {
    /// A value of the bytes that have a meaning somewhere, and of some others.
    mutating func value(from shortest: Int = 0) -> [UInt8] {
        let bytes = Array(" #+,;<=>\"\\*()@.%&|!abAB01\u{E4}\n\0uid=,dc".utf8) + [0xFF, 0x80]
        return (0..<Int.random(in: shortest...9, using: &self)).map { _ in
            bytes[Int.random(in: bytes.indices, using: &self)]
        }
    }

    /// The values of a request and a user's DN; only the login is never empty.
    mutating func values() -> TokenValues {
        var values = TokenValues(
            login: ByteString(value(from: 1)),
            realm: ByteString(value()),
            service: ByteString(value())
        )
        values.userDN = ByteString(value())
        return values
    }
}
