import Authentication
import Folding
import TestSupport
import Testing

/// What MariaDB takes for one name is one name where failures are counted, with pam_mysql too, which names no account.
struct CollationTests {
    /// The weights of characters in `collation`, as text, by character: of all planes that have more than ideographs, or of latin1.
    private func weights(_ collation: String, isLatin: Bool) throws -> [Unicode.Scalar: String] {
        let range =
            isLatin
            ? "seq < 0x80 OR seq BETWEEN 0xA0 AND 0xFF"
            : "seq < 0xD800 OR seq BETWEEN 0xE000 AND 0x1FFFF OR seq >= 0xE0000"
        let lines = try MariaDB.shared.get().sql(
            """
            SELECT seq, HEX(WEIGHT_STRING(CONVERT(CHAR(seq USING utf32) USING \(isLatin ? "latin1" : "utf8mb4")) COLLATE \(collation)))
            FROM seq_1_to_921599 WHERE \(range);
            """,
            database: "mysql"
        )
        return lines.split(separator: "\n").reduce(into: [:]) { weights, line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 2, let scalar = UInt32(parts[0]).flatMap(Unicode.Scalar.init) else { return }
            weights[scalar] = String(parts[1])
        }
    }

    @Test(arguments: ["utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_520_ci", "latin1_swedish_ci"])
    func `whatever a collation takes for letters of ASCII, or for nothing, is the same name here`(collation: String)
        throws
    {
        let isLatin = collation.hasPrefix("latin1")
        let weights = try weights(collation, isLatin: isLatin)
        // Digits a letter.
        let length = isLatin ? 2 : 4
        var letters: [Substring: Unicode.Scalar] = [:]
        for (scalar, weight) in weights where scalar.isASCII && scalar.properties.generalCategory != .control {
            // In Swedish brackets and the like stand for letters.
            guard !isLatin || scalar.properties.isAlphabetic || scalar.properties.numericType != nil else { continue }
            letters[weight[...]] = min(scalar, letters[weight[...]] ?? scalar)
        }
        try #require(letters.count >= 36)
        var compared = 0
        for (scalar, weight) in weights where !scalar.isASCII {
            var name = "x"
            var rest = weight[...]
            while let letter = letters[rest.prefix(length)] {
                name.unicodeScalars.append(letter)
                rest = rest.dropFirst(length)
            }
            guard rest.isEmpty else { continue }
            compared += 1
            let code = String(scalar.value, radix: 16)
            #expect(FoldedName(ByteString("x\(scalar)y")) == FoldedName(ByteString("\(name)y")), "U+\(code) is \(name)")
        }
        #expect(compared > (isLatin ? 0 : 400))
    }
}
