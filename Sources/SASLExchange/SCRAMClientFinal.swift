internal import Authentication
internal import Digests

/// The last message of a client with SCRAM: the header again, the whole nonce, and the proof.
struct SCRAMClientFinal: ~Copyable {
    /// The message up to the comma before the proof.
    let withoutProof: [UInt8]
    let proof: Secret

    /// Returns `nil` unless the message answers the challenge with `header` and `nonce`, with a proof of
    /// `proofLength` bytes.
    init?(_ message: Span<UInt8>, header: [UInt8], nonce: [UInt8], proofLength: Int) {
        guard message.firstIndex(of: 0) == nil else { return nil }
        let parts = message.divided(by: UInt8(ascii: ","))
        guard parts.count >= 3, let last = parts.last else { return nil }
        let (binding, number) = (message.extracting(parts[0]), message.extracting(parts[1]))
        guard binding.isAttribute("c"), Secret(copying: header.span).base64.isEqual(to: binding.extracting(2...)),
            number.isAttribute("r"), number.extracting(2...).equals(nonce)
        else { return nil }
        for part in parts[2...].dropLast() {
            let attribute = message.extracting(part)
            guard attribute.isExtension, !attribute.isAttribute("m"), !attribute.isAttribute("p") else { return nil }
        }
        let text = message.extracting(last)
        guard text.isAttribute("p"), let proof = Secret.decoding(strictBase64: text.extracting(2...)),
            proof.count == proofLength
        else { return nil }
        withoutProof = [UInt8](copying: message.extracting(first: last.lowerBound - 1))
        self.proof = proof
    }
}
