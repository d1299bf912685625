/// One line of an IMAP server, RFC 9051.
enum IMAPReply: Hashable, Sendable {
    case tagged(String, Status, text: [UInt8])
    /// A status without a tag: a greeting, or a notice of the server.
    case untagged(Status, text: [UInt8])
    /// Data without a tag: its first word in upper case, and the rest.
    case data(String, rest: [UInt8])
    /// The server waits for the rest of a command.
    case continuation([UInt8])
    /// The text continues in a literal after the line.
    case literal
    case garbage

    enum Status: String, Sendable {
        case ok = "OK"
        case no = "NO"
        case bad = "BAD"
        case bye = "BYE"
        case preauth = "PREAUTH"
    }

    /// Reads a line without its end; words but the tag may be in lower case, and several blanks may separate them.
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
        if Self.literalStart(line) != nil {
            self = .literal
            return
        }
        let name = String(decoding: word, as: UTF8.self).uppercased()
        switch (Self.isUntagged(tag), Status(rawValue: name)) {
        case (true, .some(let status)): self = .untagged(status, text: Array(rest))
        case (true, nil): self = .data(name, rest: Array(rest))
        case (false, .some(let status)) where [.ok, .no, .bad].contains(status):
            self = .tagged(String(decoding: tag, as: UTF8.self), status, text: Array(rest))
        case (false, _): self = .garbage
        }
    }

    /// Where a literal is announced at the end of data, and its length; `nil` if none is.
    ///
    /// The text of a status has no literals. A text that looks like one is not understood: its end is unknown.
    static func literal(atEndOf line: [UInt8]) -> (start: Int, length: Int)? {
        let (tag, afterTag) = word(line[...])
        let (name, _) = word(afterTag)
        guard isUntagged(tag), Status(rawValue: String(decoding: name, as: UTF8.self).uppercased()) == nil,
            let start = literalStart(line)
        else { return nil }
        let digits = line[start...].filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return (start, Int(String(decoding: digits, as: UTF8.self)) ?? .max)
    }

    private static func isUntagged(_ tag: ArraySlice<UInt8>) -> Bool { tag.elementsEqual([UInt8(ascii: "*")]) }

    /// The text before the first blanks, and the text after them.
    private static func word(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        let end = text.firstIndex(of: UInt8(ascii: " ")) ?? text.endIndex
        return (text[..<end], text[end...].drop { $0 == UInt8(ascii: " ") })
    }

    /// Where `{number}` or `{number+}` starts at the end of the line.
    private static func literalStart(_ line: [UInt8]) -> Int? {
        guard line.last == UInt8(ascii: "}"), let start = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        var number = line[start...].dropFirst().dropLast()
        if number.last == UInt8(ascii: "+") { number.removeLast() }
        let isNumber = !number.isEmpty && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber ? start : nil
    }
}
