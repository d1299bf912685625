/// One line of an IMAP server, RFC 9051.
enum IMAPReply: Hashable, Sendable {
    case tagged(String, Status, text: [UInt8])
    /// A status without a tag: a greeting, or something that the server wants to be known.
    case untagged(Status, text: [UInt8])
    /// Data without a tag: its first word in capital letters, and the rest.
    case data(String, rest: [UInt8])
    /// The server waits for the rest of a command.
    case continuation([UInt8])
    /// The text goes on behind the line, which a reader of lines would not see.
    case literal
    case garbage

    enum Status: String, Sendable {
        case ok = "OK"
        case no = "NO"
        case bad = "BAD"
        case bye = "BYE"
        case preauth = "PREAUTH"
    }

    /// Reads a line without its end.
    init(_ line: [UInt8]) {
        if line.first == UInt8(ascii: "+") {
            self = .continuation(Array(line.dropFirst().drop { $0 == UInt8(ascii: " ") }))
            return
        }
        let (tag, afterTag) = Self.word(line[...])
        let (word, rest) = Self.word(afterTag)
        guard !tag.isEmpty, !word.isEmpty else {
            self = .garbage
            return
        }
        if Self.endsWithLiteral(line) {
            self = .literal
            return
        }
        let name = String(decoding: word, as: UTF8.self).uppercased()
        switch (tag.elementsEqual([UInt8(ascii: "*")]), Status(rawValue: name)) {
        case (true, .some(let status)): self = .untagged(status, text: Array(rest))
        case (true, nil): self = .data(name, rest: Array(rest))
        case (false, .some(let status)) where [.ok, .no, .bad].contains(status):
            self = .tagged(String(decoding: tag, as: UTF8.self), status, text: Array(rest))
        case (false, _): self = .garbage
        }
    }

    /// What comes before a blank, and what behind it.
    private static func word(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        let end = text.firstIndex(of: UInt8(ascii: " ")) ?? text.endIndex
        return (text[..<end], text[end...].dropFirst())
    }

    /// Whether the line ends in `{number}` or `{number+}`.
    private static func endsWithLiteral(_ line: [UInt8]) -> Bool {
        guard line.last == UInt8(ascii: "}"), let start = line.lastIndex(of: UInt8(ascii: "{")) else { return false }
        var number = line[start...].dropFirst().dropLast()
        if number.last == UInt8(ascii: "+") { number.removeLast() }
        return !number.isEmpty && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
