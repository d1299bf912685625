/// Text that a terminal or the reader of a log takes for nothing but text.
package enum PlainText {
    /// `text` without what moves a cursor, ends a line or changes the order of what is shown: control characters of both sets and of
    /// the direction of text are escaped, but for those to be kept.
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
        // Control characters, and those of line and paragraph.
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x2029: true
        // Marks, embeddings, overrides and isolates of direction, Unicode Standard Annex 9.
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
