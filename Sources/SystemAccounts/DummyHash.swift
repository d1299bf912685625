package import Authentication

/// A hash to compute with for accounts that are not there: as costly as those that are.
package enum DummyHash {
    /// How many entries of a file are looked at.
    private static let longestLook = 1000

    /// A hash of the commonest kind in the shadow(5) file at `path`; `nil` when there is none, or no right to read it.
    package static func shadow(at path: String = "/etc/shadow") -> Secret? {
        commonest(in: path, .shadow)
    }

    /// The same of a passwd(5) file.
    package static func passwd(at path: String = "/etc/passwd") -> Secret? {
        commonest(in: path, .passwd)
    }

    /// What hashes have in common that take the same time: the scheme and its costs, without the salt.
    ///
    /// Empty for those without a `$`, `nil` for what is no hash. The forms are those of crypt(5).
    static func kind(of hash: Span<UInt8>) -> [UInt8]? {
        let bytes = [UInt8](copying: hash)
        defer { wipe(bytes.span) }
        let dollar = UInt8(ascii: "$")
        guard bytes.first == dollar else {
            // Traditional DES hashes have 13 characters.
            return bytes.count >= 13 && bytes.allSatisfy(isHashCharacter) ? [] : nil
        }
        // The salt of `$1$`, `$5$` and `$6$` comes next, but for `rounds=`; the other schemes have their costs there.
        let parts = bytes.split(separator: dollar)
        guard parts.count >= 2 else { return nil }
        let hasSalt =
            ["1", "5", "6"].contains { parts[0].elementsEqual($0.utf8) } && !parts[1].starts(with: "rounds=".utf8)
        return hasSalt ? Array(parts[0]) : Array(parts[0] + [dollar] + parts[1].prefix(longestCosts))
    }

    /// Whether a field has the form of a hash, crypt(5), whether the system can compute it or not.
    static func isHash(_ field: Span<UInt8>) -> Bool {
        kind(of: field) != nil || field.count == bsdiLength && field[0] == UInt8(ascii: "_")
    }

    /// BSDi's extension of DES: `_`, four characters each of rounds and salt, and eleven of the hash.
    private static let bsdiLength = 20

    /// How much of a part may be costs, in bytes: `rounds=999999999` is the longest.
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
