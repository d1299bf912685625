package import Authentication

/// A hash to compare with for accounts that do not exist, as costly as those of existing ones.
package enum DummyHash {
    /// How many entries of a file are read.
    private static let longestLook = 1000

    /// A hash of the commonest kind in the shadow(5) file at `path`; `nil` when there is none, or it cannot be read.
    package static func shadow(at path: String = "/etc/shadow") -> Secret? {
        commonest(in: path, .shadow)
    }

    /// A hash of the commonest kind in the passwd(5) file at `path`; `nil` when there is none, or it cannot be read.
    package static func passwd(at path: String = "/etc/passwd") -> Secret? {
        commonest(in: path, .passwd)
    }

    /// The part of a crypt(5) hash that determines its cost: the scheme and its parameters, without the salt.
    ///
    /// Empty for hashes without a `$`, `nil` if the field is not a hash.
    static func kind(of hash: Span<UInt8>) -> [UInt8]? {
        let bytes = [UInt8](copying: hash)
        defer { wipe(bytes.span) }
        let dollar = UInt8(ascii: "$")
        guard bytes.first == dollar else {
            // Traditional DES hashes have 13 characters.
            return bytes.count >= 13 && bytes.allSatisfy(isHashCharacter) ? [] : nil
        }
        // In `$1$`, `$5$` and `$6$` the next part is the salt, unless it is `rounds=`; in other schemes it is the cost.
        let parts = bytes.split(separator: dollar)
        guard parts.count >= 2 else { return nil }
        let hasSalt =
            ["1", "5", "6"].contains { parts[0].elementsEqual($0.utf8) } && !parts[1].starts(with: "rounds=".utf8)
        return hasSalt ? Array(parts[0]) : Array(parts[0] + [dollar] + parts[1].prefix(longestCosts))
    }

    /// Whether a field has the form of a crypt(5) hash, even of one that the system cannot compute.
    static func isHash(_ field: Span<UInt8>) -> Bool {
        kind(of: field) != nil || field.count == bsdiLength && field[0] == UInt8(ascii: "_")
    }

    /// The length of BSDi's extension of DES: `_`, four characters of rounds, four of salt, and eleven of hash.
    private static let bsdiLength = 20

    /// The longest cost parameter, in bytes: `rounds=999999999`.
    private static let longestCosts = 16

    private static func isHashCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: ".")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func commonest(in path: String, _ format: AccountFile.Format) -> Secret? {
        var counts: [[UInt8]: Int] = [:]
        _ = first(in: path, format) { hash in
            if let kind = kind(of: hash.span) { counts[kind, default: 0] += 1 }
            return false
        }
        guard let (kind, _) = counts.max(by: { $0.value < $1.value }) else { return nil }
        return first(in: path, format) { Self.kind(of: $0.span) == kind }
    }

    /// The first hash in the file that `isWanted`.
    private static func first(
        in path: String,
        _ format: AccountFile.Format,
        where isWanted: (borrowing Secret) -> Bool
    ) -> Secret? {
        guard let file = AccountFile(format, at: path) else { return nil }
        for _ in 0..<longestLook {
            guard let entry = file.next() else { return nil }
            if isWanted(entry.hash) { return entry.intoHash() }
        }
        return nil
    }
}
