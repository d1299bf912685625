internal import Authentication

/// The scheme and encoding of a stored value, read before its hash.
struct HashMark: Equatable {
    /// The encoding that a mark names: `.B64`, `.BASE64` or `.HEX`.
    enum Encoding: Equatable {
        case base64, hexadecimal
    }

    /// The result of reading a stored value.
    enum Reading: Equatable {
        case hash(HashMark)
        case locked
        case unusable(String)
    }

    let scheme: HashScheme
    var encoding: Encoding?
    /// The index at which the hash begins.
    var start = 0

    /// Reads the mark of `stored`: a `{SCHEME}`, a prefix of crypt(5), or else the scheme that `policy` configures.
    static func read(_ stored: Span<UInt8>, _ policy: HashPolicy) -> Reading {
        guard stored.count <= longest else { return .unusable("the stored value is longer than any hash") }
        if isNothing(stored) { return .locked }
        switch stored[0] {
        case UInt8(ascii: "!"): return .locked
        case UInt8(ascii: "*"): return MySQLHash.isOne(stored) ? .hash(HashMark(scheme: .mysql)) : .locked
        case UInt8(ascii: "{"):
            for end in stored.indices where stored[end] == UInt8(ascii: "}") {
                return end <= longestMark ? read(stored, markEndingAt: end) : .unusable(unknownMark)
            }
        default: break
        }
        if let scheme = HashForm.prefixed(stored, named: policy.scheme) { return .hash(HashMark(scheme: scheme)) }
        if let scheme = policy.scheme { return .hash(HashMark(scheme: scheme)) }
        if policy.allowsWeak, let scheme = HashForm.traditional(stored) { return .hash(HashMark(scheme: scheme)) }
        return .unusable("the stored value has no known mark, and no scheme is configured")
    }

    private static func read(_ stored: Span<UInt8>, markEndingAt end: Int) -> Reading {
        let text = String(decoding: [UInt8](copying: stored.extracting(1..<end)), as: UTF8.self).uppercased()
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let scheme = HashScheme(named: name) else {
            if HashScheme.delegatingNames.contains(name) {
                return .unusable("\(name) asks another service for the password, and that may ask this daemon")
            }
            // An unknown name is not logged: it may be part of a password.
            let known = HashScheme.unsupportedNames.contains(name)
            return .unusable(known ? "\(name) is not supported" : unknownMark)
        }
        guard parts.count == 2 else { return .hash(HashMark(scheme: scheme, start: end + 1)) }
        switch parts[1] {
        case "B64", "BASE64": return .hash(HashMark(scheme: scheme, encoding: .base64, start: end + 1))
        case "HEX": return .hash(HashMark(scheme: scheme, encoding: .hexadecimal, start: end + 1))
        default: return .unusable("the stored value has \(scheme.name) in an unknown encoding")
        }
    }

    /// Whether there is no hash: an empty value, or a NULL as text (`\N`, `NULL`), as dumps and exports write it.
    private static func isNothing(_ stored: Span<UInt8>) -> Bool {
        switch stored.count {
        case 0: true
        case 2: stored[0] == UInt8(ascii: "\\") && stored[1] == UInt8(ascii: "N")
        case 4: [UInt8](copying: stored).map { $0 | 0x20 }.elementsEqual("null".utf8)
        default: false
        }
    }

    /// Longer than any hash or password, in bytes.
    private static let longest = 4096

    /// Longer than any `{SCHEME}` with its encoding, in bytes.
    private static let longestMark = 32

    private static let unknownMark = "the stored value has an unknown {SCHEME}"
}
