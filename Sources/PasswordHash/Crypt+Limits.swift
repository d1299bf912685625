internal import Authentication
internal import Crypt

extension Crypt {
    /// Whether `password` makes `hash`, which must be one of `scheme`, and ask for no more than `limits` allow.
    mutating func matches(
        _ password: borrowing Secret,
        _ hash: Span<UInt8>,
        _ scheme: HashScheme,
        _ limits: HashBudget
    ) throws(HashProblem) -> Bool {
        guard (HashForm.prefixed(hash) ?? HashForm.traditional(hash)) == scheme, let cost = CryptCost.of(hash, scheme),
            hash.areAll({ $0 != 0 })
        else { throw .damaged }
        try limits.admit(cost)
        guard isWhole(hash, scheme) else { throw .damaged }
        guard password.count < Self.longestPassword else { return false }
        guard let isSame = matches(password, Secret(copying: hash)) else { throw .damaged }
        return isSame
    }

    /// Whether `hash` has what `scheme` makes of a password behind its settings, and not a part that a short column left of it.
    private func isWhole(_ hash: Span<UInt8>, _ scheme: HashScheme) -> Bool {
        let length = hash.split(UInt8(ascii: "$")).last?.count
        return switch scheme {
        case .md5Crypt, .sunMD5: length == 22
        case .sha1Crypt: length == 28
        case .nt: length == 32
        case .sha256Crypt, .scrypt, .yescrypt, .gostYescrypt: length == 43
        case .blowfish: length == 53
        case .sha512Crypt: length == 86
        // What has no prefix is recognized by its length.
        default: true
        }
    }

    /// What crypt(3) refuses to read, in bytes.
    private static var longestPassword: Int { 512 }
}
