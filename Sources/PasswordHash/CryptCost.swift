/// The cost of crypt(5) hashes, read from their settings.
enum CryptCost {
    /// `nil` when the settings cannot be read.
    static func of(_ hash: Span<UInt8>, _ scheme: HashScheme) -> HashCost? {
        scheme.traits.crypt?.cost(hash)
    }

    /// For schemes whose cost needs no limit.
    static func fixed(_ hash: Span<UInt8>) -> HashCost? { .fixed }

    /// `_` and four characters for the rounds.
    static func bsdi(_ hash: Span<UInt8>) -> HashCost? {
        CryptAlphabet.number(hash, in: 1..<5).map { .rounds($0) }
    }

    /// `$6$[rounds=N$]salt$hash`.
    static func sha2(_ hash: Span<UInt8>) -> HashCost? {
        let parts = hash.split(UInt8(ascii: "$"))
        guard parts.count > 2, hash.extracting(parts[2]).starts(with: "rounds=") else { return .rounds(5000) }
        return hash.number(in: parts[2], after: "rounds=").map { .rounds($0) }
    }

    /// `$sha1$N$salt$hash`.
    static func sha1(_ hash: Span<UInt8>) -> HashCost? {
        let parts = hash.split(UInt8(ascii: "$"))
        return parts.count > 2 ? hash.number(in: parts[2]).map { .rounds($0) } : nil
    }

    /// `$md5[,rounds=N]$salt$$hash`; N is added to 4096.
    static func sunMD5(_ hash: Span<UInt8>) -> HashCost? {
        let parts = hash.split(UInt8(ascii: "$"))
        guard parts.count > 1, parts[1].count > "md5".utf8.count else { return .rounds(4096) }
        return hash.number(in: parts[1], after: "md5,rounds=").map { .rounds($0 + 4096) }
    }

    /// `$2y$NN$salt and hash`.
    static func bcrypt(_ hash: Span<UInt8>) -> HashCost? {
        let parts = hash.split(UInt8(ascii: "$"))
        guard parts.count == 4, parts[2].count == 2 else { return nil }
        return hash.number(in: parts[2]).map { .bcrypt($0) }
    }

    /// `$7$`, then one character for the logarithm of N, five for r and five for p.
    static func scrypt(_ hash: Span<UInt8>) -> HashCost? {
        guard let logarithm = CryptAlphabet.number(hash, in: 3..<4), let r = CryptAlphabet.number(hash, in: 4..<9),
            let p = CryptAlphabet.number(hash, in: 9..<14)
        else { return nil }
        return memory(logarithm: logarithm, r: r, p: p, passes: p)
    }

    /// `$y$`, then numbers of variable length: flavor, logarithm of N, r, and a bit set that says whether p, t, g
    /// follow.
    static func yescrypt(_ hash: Span<UInt8>) -> HashCost? {
        let parts = hash.split(UInt8(ascii: "$"))
        guard parts.count > 2 else { return nil }
        var (numbers, index) = ([Int](), parts[2].lowerBound)
        while index < parts[2].upperBound {
            guard let (number, next) = variableNumber(hash, at: index), next <= parts[2].upperBound, numbers.count < 8
            else { return nil }
            numbers.append(number)
            index = next
        }
        guard numbers.count >= 3 else { return nil }
        let flags = numbers.count > 3 ? numbers[3] + 1 : 0
        // Encoded values start at their minimum: 2 for p, 1 for the others.
        var following = numbers.dropFirst(4)
        let p = flags & 1 != 0 ? following.popFirst().map { $0 + 2 } : 1
        let t = flags & 2 != 0 ? following.popFirst().map { $0 + 1 } : 0
        guard flags < 4, let p, let t, following.isEmpty else { return nil }
        return memory(logarithm: numbers[1] + 1, r: numbers[2] + 1, p: p, passes: p + t)
    }

    /// The memory for N = 2^logarithm and r: N blocks of 128 r bytes, and one more for each further lane of `p`.
    private static func memory(logarithm: Int, r: Int, p: Int, passes: Int) -> HashCost? {
        guard r > 0, p > 0 else { return nil }
        guard logarithm < 32 else { return .memory(bytes: .max, passes: passes) }
        let (blocks, blockSize) = ((1 << logarithm) + p - 1, 128 * r)
        let (bytes, isTooLarge) = blocks.multipliedReportingOverflow(by: blockSize)
        return .memory(bytes: isTooLarge ? .max : bytes, passes: passes)
    }

    /// A number of yescrypt's settings, and the index after it.
    ///
    /// The first character gives the number of characters that follow: none for the values 0 to 47, one for half of the
    /// remaining values, two for half of the rest, and so on.
    private static func variableNumber(_ hash: Span<UInt8>, at index: Int) -> (number: Int, next: Int)? {
        guard let first = CryptAlphabet.value(of: hash[index]) else { return nil }
        var (start, end, number, bits) = (0, 47, 0, 0)
        while first > end {
            number += (end + 1 - start) << bits
            start = end + 1
            end = start + (62 - end) / 2
            bits += 6
        }
        number += (first - start) << bits
        var next = index + 1
        while bits > 0 {
            guard next < hash.count, let value = CryptAlphabet.value(of: hash[next]) else { return nil }
            bits -= 6
            number += value << bits
            next += 1
        }
        return (number, next)
    }
}
