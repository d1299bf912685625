/// Bytes as letters, RFC 4648.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// How many letters stand for `count` bytes.
    static func length(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Appends the letters for `bytes` to `output`.
    static func encode(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            let rest = bytes.count - index
            var group = UInt32(bytes[index]) << 16
            if rest > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if rest > 2 { group |= UInt32(bytes[index + 2]) }
            for place in 0..<4 {
                let letter = alphabet[Int(group >> (18 - 6 * UInt32(place)) & 63)]
                output.append(place <= rest ? letter : UInt8(ascii: "="))
            }
            index += 3
        }
    }

    /// The bytes for `letters`, or `nil` when they stand for none.
    static func decode(_ letters: [UInt8]) -> [UInt8]? {
        let digits = letters.prefix { $0 != UInt8(ascii: "=") }
        let padding = letters.dropFirst(digits.count)
        guard letters.count % 4 == 0, padding.count <= 2, padding.allSatisfy({ $0 == UInt8(ascii: "=") }) else {
            return nil
        }
        var output: [UInt8] = []
        var group: UInt32 = 0
        for (index, letter) in digits.enumerated() {
            guard let value = alphabet.firstIndex(of: letter) else { return nil }
            group = group << 6 | UInt32(value)
            if index % 4 > 0 { output.append(UInt8(truncatingIfNeeded: group >> UInt32(6 - index % 4 * 2))) }
        }
        return output
    }
}
