internal import Authentication
internal import Digests

/// The first message of the server with SCRAM, and what it answers.
struct SCRAMChallenge: Hashable, Sendable {
    let first: SCRAMClientFirst
    let parameters: SCRAMParameters
    /// The client's nonce and the server's.
    let nonce: [UInt8]

    init(to first: SCRAMClientFirst, _ parameters: SCRAMParameters, serverNonce: [UInt8]) {
        self.first = first
        self.parameters = parameters
        nonce = first.nonce + serverNonce
    }

    /// The message: nonce, salt and rounds.
    var message: ByteString {
        let salt = [UInt8](copying: Secret(copying: parameters.salt.bytes.span).base64.span)
        return ByteString(Array("r=".utf8) + nonce + Array(",s=".utf8) + salt + Array(",i=\(parameters.rounds)".utf8))
    }

    /// The question whether the client's last message proves the login; `nil` if it does not belong to the challenge.
    func proof(_ message: Span<UInt8>, _ mechanism: SASLMechanism, proofLength: Int) -> SASLProof? {
        let final = SCRAMClientFinal(message, header: first.header, nonce: nonce, proofLength: proofLength)
        guard let final else { return nil }
        let comma = [UInt8(ascii: ",")]
        return SASLProof(
            mechanism: mechanism,
            login: first.login,
            parameters: parameters,
            text: ByteString(first.bare + comma + self.message.bytes + comma + final.withoutProof),
            proof: final.proof
        )
    }

    /// The server's last message.
    static func final(_ signature: Span<UInt8>) -> ByteString {
        ByteString(Array("v=".utf8) + [UInt8](copying: Secret(copying: signature).base64.span))
    }
}
