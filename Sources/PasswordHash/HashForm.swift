/// Recognizes hashes by their own form.
enum HashForm {
    /// The scheme of a hash with a prefix of crypt(5), or with one that other programs write.
    ///
    /// When several schemes share a prefix, `named` is chosen if the hash has its form.
    static func prefixed(_ hash: Span<UInt8>, named: HashScheme? = nil) -> HashScheme? {
        if let named, named.traits.claims(hash) { return named }
        guard let index = prefixes.firstIndex(where: { hash.starts(with: $0.prefix) }) else { return nil }
        return prefixes[index].scheme
    }

    /// The scheme of a traditional crypt(5) hash, which has no prefix or one of a single character.
    static func traditional(_ hash: Span<UInt8>) -> HashScheme? {
        for (isOne, scheme) in forms where isOne(hash) { return scheme }
        return nil
    }

    static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    static let prefixes: [(prefix: String, scheme: HashScheme)] = HashScheme.allCases.flatMap { scheme in
        scheme.traits.prefixes.map { ($0, scheme) }
    }

    private static let forms: [(@Sendable (Span<UInt8>) -> Bool, HashScheme)] = HashScheme.allCases.compactMap {
        scheme in
        scheme.traits.crypt?.form.map { ($0, scheme) }
    }
}
