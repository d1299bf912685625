internal import Authentication

/// What a server wrote, for a reason or a line of the log, which escape it: no more than a part of it.
struct ServerText: CustomStringConvertible {
    let description: String
    private static let longest = 160

    /// Text from before a password was sent.
    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(Self.longest), as: UTF8.self)
        description = "\"\(text)\(bytes.count > Self.longest ? " ..." : "")\""
    }

    /// Text from afterwards: servers repeat what they do not understand, and a text that holds the password is not
    /// shown.
    init(_ bytes: [UInt8], hiding request: borrowing AuthRequest) {
        if Self.holds(bytes, request.password.span) || Self.holdsQuoted(bytes, request)
            || Self.holdsPlain(bytes, request)
        {
            self.init(words: "something that holds the password")
        } else {
            self.init(bytes)
        }
    }

    private static func holdsPlain(_ text: [UInt8], _ request: borrowing AuthRequest) -> Bool {
        var command = CommandText(capacity: CommandText.plainLength(request))
        command.addPlain(request)
        let plain = command.finish()
        return holds(text, plain.span)
    }

    private static func holdsQuoted(_ text: [UInt8], _ request: borrowing AuthRequest) -> Bool {
        var command = CommandText(capacity: 2 + 2 * request.password.count)
        command.addQuoted(request.password.span)
        let quoted = command.finish()
        return holds(text, quoted.span.extracting(1..<quoted.count - 1))
    }

    private init(words: String) {
        description = words
    }

    private static func holds(_ text: [UInt8], _ part: Span<UInt8>) -> Bool {
        guard !part.isEmpty, text.count >= part.count else { return false }
        for start in 0...text.count - part.count {
            var length = 0
            while length < part.count, text[start + length] == part[length] { length += 1 }
            if length == part.count { return true }
        }
        return false
    }
}
