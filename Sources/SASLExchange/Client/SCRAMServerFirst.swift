internal import Authentication
internal import Digests

/// The first message of the server with SCRAM: the whole nonce, the salt and the rounds.
struct SCRAMServerFirst: Hashable, Sendable {
    let nonce: [UInt8]
    let parameters: SCRAMParameters

    init(_ message: Span<UInt8>, _ clientNonce: ClientNonce) throws(SASLClientFailure) {
        let parts = message.divided(by: UInt8(ascii: ","))
        guard message.firstIndex(of: 0) == nil, parts.count >= 3 else { throw .malformedChallenge }
        let (number, salt, rounds) =
            (message.extracting(parts[0]), message.extracting(parts[1]), message.extracting(parts[2]))
        guard number.isAttribute("r"), salt.isAttribute("s"), rounds.isAttribute("i") else { throw .malformedChallenge }
        for part in parts[3...] where !message.extracting(part).isExtension { throw .malformedChallenge }
        let nonce = [UInt8](copying: number.extracting(2...))
        guard nonce.count > clientNonce.text.count, nonce.starts(with: clientNonce.text),
            nonce.span.areAll({ 0x21...0x7E ~= $0 })
        else { throw .foreignNonce }
        guard let bytes = Secret.decoding(strictBase64: salt.extracting(2...)), !bytes.isEmpty,
            let count = Self.number(rounds.extracting(2...))
        else { throw .malformedChallenge }
        self.nonce = nonce
        parameters = SCRAMParameters(salt: ByteString(copying: bytes.span), rounds: count)
        guard SCRAMParameters.roundLimits.contains(count) else { throw .rounds(count) }
        guard parameters.areUsable else { throw .malformedChallenge }
    }

    /// The number that the digits spell, without a leading zero; `nil` for anything else.
    private static func number(_ digits: Span<UInt8>) -> UInt32? {
        guard !digits.isEmpty, digits[0] != UInt8(ascii: "0"), digits.areAll({ 0x30...0x39 ~= $0 }) else { return nil }
        return UInt32(ByteString(copying: digits).text)
    }
}
