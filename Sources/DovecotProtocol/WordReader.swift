internal import Authentication

/// Splits a line at its tabs; the words are slices of the line.
struct WordReader: ~Escapable {
    /// What follows the last word that was read, without the tab between them.
    private(set) var rest: Span<UInt8>
    /// Whether there is another word; after a final tab there is an empty one.
    private(set) var hasNext = true

    @_lifetime(copy line)
    init(_ line: Span<UInt8>) {
        rest = line
    }

    /// The next word; an empty one after the last.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next() -> Span<UInt8> {
        for index in rest.indices where rest[index] == UInt8(ascii: "\t") {
            let word = rest.extracting(first: index)
            rest = rest.extracting(droppingFirst: index + 1)
            return word
        }
        let word = rest
        rest = rest.extracting(first: 0)
        hasNext = false
        return word
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are those of `text`, a literal whose length the compiler knows after inlining.
    @inline(__always)
    func equals(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        var index = 0
        for letter in text.utf8 {
            guard self[index] == letter else { return false }
            index += 1
        }
        return true
    }

    /// The first index of `byte`.
    func firstIndex(of byte: UInt8) -> Int? {
        for index in indices where self[index] == byte { return index }
        return nil
    }

    /// The decimal number that the bytes spell, with or without leading zeros; `nil` for anything else, and for a
    /// number above 4,294,967,295.
    var number: UInt32? {
        guard !isEmpty else { return nil }
        var number: UInt32 = 0
        for index in indices {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = self[index] else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = product.addingReportingOverflow(UInt32(self[index] - UInt8(ascii: "0")))
            guard !isTooLarge, !isLarger else { return nil }
            number = sum
        }
        return number
    }

    /// Whether the word has an escape sequence.
    var isEscaped: Bool { firstIndex(of: Escape.mark) != nil }

    /// The word without its escape sequences.
    ///
    /// A mark before any other byte is dropped, and so is one at the end, as by Dovecot. The result may be a password.
    var unescaped: Secret {
        Secret(capacity: count) { output in
            var index = 0
            while index < count {
                let byte = self[index]
                index += 1
                guard byte == Escape.mark else {
                    output.append(byte)
                    continue
                }
                guard index < count else { return }
                output.append(Escape.meaning(of: self[index]))
                index += 1
            }
        }
    }
}

/// Dovecot's escape sequences: a mark and a letter.
enum Escape {
    static let mark: UInt8 = 1

    static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "0"): 0
        case UInt8(ascii: "1"): mark
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        default: letter
        }
    }
}
