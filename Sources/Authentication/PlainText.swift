/// Text that is safe to show in a terminal or a log.
package enum PlainText {
    /// Escapes control characters and marks of text direction in `text`, other than those in `kept`.
    ///
    /// They could move a cursor, end a line, or change the order of the displayed text.
    package static func of(_ text: String, keeping kept: Set<Unicode.Scalar> = []) -> String {
        guard text.unicodeScalars.contains(where: { isUnsafe($0) && !kept.contains($0) }) else { return text }
        return text.unicodeScalars.reduce(into: "") { plain, scalar in
            if !isUnsafe(scalar) || kept.contains(scalar) {
                plain.unicodeScalars.append(scalar)
            } else if scalar.isASCII {
                plain += ByteString([UInt8(scalar.value)]).description
            } else {
                plain += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Control characters, line separator and paragraph separator.
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x2029: true
        // Direction marks, embeddings, overrides and isolates, Unicode Standard Annex 9.
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
