internal import Authentication
internal import Digests

/// The client's side of SCRAM (RFC 5802), without channel binding.
struct SCRAMClient: Sendable {
    private enum State: Sendable {
        case challenge
        /// The proof is sent; the server has to show this signature.
        case signature(ByteString)
        /// The server has shown it.
        case proven
        /// The server has sent an error.
        case refused
    }

    private static let header = Array("n,,".utf8)

    private let mechanism: SASLMechanism
    private let nonce: ClientNonce
    /// The first message, with its header.
    let first: [UInt8]
    private var state = State.challenge

    init(_ mechanism: SASLMechanism, _ login: ByteString, _ nonce: ClientNonce) {
        self.mechanism = mechanism
        self.nonce = nonce
        first = Self.first(login, nonce: nonce)
    }

    /// The first message of a client.
    static func first(_ login: ByteString, nonce: ClientNonce) -> [UInt8] {
        let name = login.bytes.flatMap { byte in
            switch byte {
            case UInt8(ascii: ","): Array("=2C".utf8)
            case UInt8(ascii: "="): Array("=3D".utf8)
            default: [byte]
            }
        }
        return header + Array("n=".utf8) + name + Array(",r=".utf8) + nonce.text
    }

    /// The response to the server's next message.
    mutating func receive(
        _ message: Span<UInt8>,
        _ credentials: ClientCredentials
    ) throws(SASLClientFailure) -> Secret {
        switch state {
        case .challenge: return try prove(SCRAMServerFirst(message, nonce), message, credentials)
        case .signature(let signature):
            state = try Self.state(after: message, signature)
            return Secret(copying: Span())
        case .proven, .refused: throw .unexpectedChallenge
        }
    }

    /// Takes the server's word that the login is accepted.
    func accepted() throws(SASLClientFailure) {
        switch state {
        case .proven: return
        case .challenge: throw .unasked
        case .signature, .refused: throw .unproven
        }
    }

    private mutating func prove(
        _ challenge: SCRAMServerFirst,
        _ message: Span<UInt8>,
        _ credentials: ClientCredentials
    ) throws(SASLClientFailure) -> Secret {
        let binding = [UInt8](copying: Secret(copying: Self.header.span).base64.span)
        let withoutProof = Array("c=".utf8) + binding + Array(",r=".utf8) + challenge.nonce
        let comma = [UInt8(ascii: ",")]
        let text = Array(first[Self.header.count...]) + comma + [UInt8](copying: message) + comma + withoutProof
        let answer = credentials.answer(mechanism, challenge.parameters, to: text.span)
        guard let answer else { throw .noDigest }
        state = .signature(answer.serverSignature)
        let proof = answer.proof.base64
        let label = withoutProof + Array(",p=".utf8)
        return Secret(capacity: label.count + proof.count) { output in
            for byte in label { output.append(byte) }
            for index in proof.span.indices { output.append(proof.span[index]) }
        }
    }

    /// The state after the server's last message: its signature, or an error.
    private static func state(
        after message: Span<UInt8>,
        _ signature: ByteString
    ) throws(SASLClientFailure) -> State {
        let part = message.extracting(message.divided(by: UInt8(ascii: ","))[0])
        if part.isAttribute("e") { return .refused }
        guard part.isAttribute("v") else { throw .malformedChallenge }
        let shown = Secret.decoding(strictBase64: part.extracting(2...))
        guard let shown, shown.isEqual(to: signature.bytes.span) else { throw .unproven }
        return .proven
    }
}
