internal import Authentication
internal import Digests

/// What makes the challenges of one exchange different from those of all others.
package struct ExchangeSeed: Hashable, Sendable {
    /// The number of random bytes.
    package static let length = 24

    private let random: [UInt8]
    /// The time in seconds since 1970, and the host's name; both are only shown, in the challenge of CRAM-MD5.
    private let seconds: UInt64
    private let host: String

    /// A seed from `length` bytes of a cryptographic generator, which serve no other exchange.
    package init(random: [UInt8], seconds: UInt64, host: String) {
        precondition(random.count == Self.length)
        self.random = random
        self.seconds = seconds
        self.host = host
    }

    /// The server's part of a nonce: printable and without a comma.
    var nonce: [UInt8] {
        [UInt8](copying: Secret(copying: random.span).base64.span)
    }

    /// The challenge of CRAM-MD5 (RFC 2195): `<16 digits.seconds@host>`.
    var messageID: ByteString {
        let number = random.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 10_000_000_000_000_000
        let digits = String(number)
        return ByteString("<" + String(repeating: "0", count: 16 - digits.count) + digits + ".\(seconds)@\(host)>")
    }
}
