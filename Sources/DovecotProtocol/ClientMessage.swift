package import Authentication
internal import Digests

/// A message of the client's SASL exchange, as it stands in a line.
package enum ClientMessage: ~Copyable, Sendable {
    /// No initial response was sent, which differs from an empty one.
    case absent
    /// May contain a password.
    case bytes(Secret)
    case invalidBase64

    /// Decodes base64; `=` alone is an empty message.
    ///
    /// Blanks, tabs and line breaks are skipped, and the padding is required, as by Dovecot.
    init(base64 text: Span<UInt8>) {
        guard !text.equals("=") else {
            self = .bytes(Secret(copying: Span()))
            return
        }
        guard Self.hasBlank(text) else {
            self = Self.decoded(text)
            return
        }
        let letters = Secret(capacity: text.count) { output in
            for index in text.indices where !Self.isBlank(text[index]) { output.append(text[index]) }
        }
        self = Self.decoded(letters.span)
    }

    /// Whether it cannot be decoded.
    var isInvalid: Bool {
        switch self {
        case .invalidBase64: true
        case .absent: false
        case .bytes: false
        }
    }

    private static func decoded(_ text: Span<UInt8>) -> ClientMessage {
        switch Secret.decoding(paddedBase64: text) {
        case .some(let bytes): .bytes(bytes)
        case nil: .invalidBase64
        }
    }

    private static func hasBlank(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where isBlank(text[index]) { return true }
        return false
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }
}
