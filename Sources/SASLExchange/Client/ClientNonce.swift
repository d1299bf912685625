internal import Authentication
internal import Digests

/// The client's part of the nonce of SCRAM: printable and without a comma.
package struct ClientNonce: Hashable, Sendable {
    /// The number of random bytes.
    package static let length = 24
    /// One of the length of all.
    static let longest = ClientNonce(random: [UInt8](repeating: 0, count: length))

    let text: [UInt8]

    /// A nonce from `length` bytes of a cryptographic generator, which serve no other exchange.
    package init(random: [UInt8]) {
        precondition(random.count == Self.length)
        text = [UInt8](copying: Secret(copying: random.span).base64.span)
    }

    init(text: String) {
        self.text = Array(text.utf8)
    }
}
