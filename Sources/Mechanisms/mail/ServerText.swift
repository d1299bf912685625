internal import Authentication
internal import Digests

/// A server's text for a reason or a log line, which escape it: quoted, and cut.
struct ServerText: CustomStringConvertible {
    let description: String
    private static let longest = 160

    /// Text that was sent before the server had the password.
    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(Self.longest), as: UTF8.self)
        description = "\"\(text)\(bytes.count > Self.longest ? " ..." : "")\""
    }

    /// Text that was sent afterwards, which is hidden if it contains the password: servers repeat what they do not understand.
    init(_ bytes: [UInt8], hiding request: borrowing AuthRequest) {
        if Self.contains(bytes, request) {
            self.init(words: "(a text that contains the password)")
        } else {
            self.init(bytes)
        }
    }

    private init(words: String) {
        description = words
    }

    /// Whether `text` has the password as it is, quoted, in base64, or in the message of SASL PLAIN.
    private static func contains(_ text: [UInt8], _ request: borrowing AuthRequest) -> Bool {
        request.password.isContained(in: text) || request.password.base64.isContained(in: text)
            || containsQuoted(text, request) || containsPlain(text, request)
    }

    /// Whether `text` has the message of SASL PLAIN, or its start: a server may cut it.
    private static func containsPlain(_ text: [UInt8], _ request: borrowing AuthRequest) -> Bool {
        var command = CommandText(capacity: CommandText.plainLength(request))
        command.addPlain(request)
        let message = command.finish()
        // As many letters as the login and its two zero bytes fill; a shorter one could be any text.
        let start = (request.login.count + 2) / 3 * 4
        guard start >= 8 else { return message.isContained(in: text) }
        return Secret(copying: message.span.extracting(first: start)).isContained(in: text)
    }

    private static func containsQuoted(_ text: [UInt8], _ request: borrowing AuthRequest) -> Bool {
        var command = CommandText(capacity: 2 + 2 * request.password.count)
        command.addQuoted(request.password.span)
        let quoted = command.finish()
        return Secret(copying: quoted.span.extracting(1..<quoted.count - 1)).isContained(in: text)
    }
}
