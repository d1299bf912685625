package import Authentication
internal import Digests

/// The server's side of one login: messages of the client go in, steps come out.
///
/// It keeps no password and no stored secret: what needs one goes out as a step, and the answer comes back. An unknown
/// user and a wrong password take the same steps. After `accepted` or `failed` the exchange is over.
package struct SASLExchange: ~Copyable, Sendable {
    private enum State: Sendable {
        case beginning
        case message
        case name
        case password(ByteString)
        case digest(challenge: ByteString)
        case parameters(SCRAMClientFirst)
        case proof(SCRAMChallenge)
        /// A question is open; `signatureLength` is that of the answer.
        case verdict(ByteString, signatureLength: Int)
        /// The verdict is there, and the client has yet to acknowledge the server's last message.
        case acknowledgement(ByteString)
        case over
    }

    package let mechanism: SASLMechanism
    private let seed: ExchangeSeed
    private let acceptsFinalMessage: Bool
    private var state = State.beginning

    /// A new exchange.
    ///
    /// With `acceptsFinalMessage`, the server's last message is part of the answer to the client; otherwise it is a
    /// challenge, to which the client sends an empty message.
    package init(_ mechanism: SASLMechanism, seed: ExchangeSeed, acceptsFinalMessage: Bool = false) {
        self.mechanism = mechanism
        self.seed = seed
        self.acceptsFinalMessage = acceptsFinalMessage
    }

    /// Begins without an initial response.
    package mutating func begin() -> SASLStep {
        guard case .beginning = state else { return fail(.unexpected) }
        switch mechanism {
        case .plain, .scramSHA1, .scramSHA256:
            state = .message
            return .challenge("")
        case .login:
            state = .name
            return .challenge("Username:")
        case .cramMD5:
            state = .digest(challenge: seed.messageID)
            return .challenge(seed.messageID)
        }
    }

    /// Begins with an initial response, which may be empty.
    ///
    /// CRAM-MD5 has none, and one that is sent is ignored; an empty one is none for LOGIN.
    package mutating func begin(_ initial: Span<UInt8>) -> SASLStep {
        guard case .beginning = state else { return fail(.unexpected) }
        switch mechanism {
        case .cramMD5: return begin()
        case .login where initial.isEmpty: return begin()
        case .login: state = .name
        case .plain, .scramSHA1, .scramSHA256: state = .message
        }
        return receive(initial)
    }

    /// Takes the client's next message; the caller wipes it.
    package mutating func receive(_ message: Span<UInt8>) -> SASLStep {
        do throws(ExchangeError) {
            return try step(message)
        } catch {
            return fail(error.failure, login: error.login)
        }
    }

    /// Takes the answer to `prepare`: kept parameters, or those that were invented for the login.
    package mutating func prepared(_ parameters: SCRAMParameters) -> SASLStep {
        guard case .parameters(let first) = state else { return fail(.unexpected) }
        guard parameters.areUsable else { return fail(.unusableAnswer, login: first.login) }
        let challenge = SCRAMChallenge(to: first, parameters, serverNonce: seed.nonce)
        state = .proof(challenge)
        return .challenge(challenge.message)
    }

    /// Takes the verdict that the password or the proof is right, with the server's signature if the mechanism has one.
    ///
    /// Nothing else leads to `SASLStep.accepted`.
    package mutating func accepted(signature: Span<UInt8> = Span()) -> SASLStep {
        guard case .verdict(let login, let length) = state else { return fail(.unexpected) }
        guard signature.count == length else { return fail(.unusableAnswer, login: login) }
        guard length > 0 else {
            state = .over
            return .accepted(login: login, finalMessage: nil)
        }
        let message = SCRAMChallenge.final(signature)
        state = acceptsFinalMessage ? .over : .acknowledgement(login)
        return acceptsFinalMessage ? .accepted(login: login, finalMessage: message) : .challenge(message)
    }

    private mutating func step(_ message: Span<UInt8>) throws(ExchangeError) -> SASLStep {
        switch state {
        case .message where mechanism == .plain:
            let plain = try PlainMessage(message)
            state = .verdict(plain.login, signatureLength: 0)
            return .checkPassword(login: plain.login, password: plain.password)
        case .message:
            let first = try SCRAMClientFirst(message)
            state = .parameters(first)
            return .prepare(SASLPreparation(mechanism: mechanism, login: first.login))
        case .name:
            state = .password(try ByteString.login(message))
            return .challenge("Password:")
        case .password(let login):
            guard !message.isEmpty else { throw ExchangeError(.emptyPassword, login: login) }
            guard message.firstIndex(of: 0) == nil else { throw ExchangeError(.malformed, login: login) }
            state = .verdict(login, signatureLength: 0)
            return .checkPassword(login: login, password: Secret(copying: message))
        case .digest(let challenge):
            let response = try CRAMResponse(message)
            state = .verdict(response.login, signatureLength: 0)
            return .prove(
                SASLProof(
                    mechanism: mechanism,
                    login: response.login,
                    parameters: nil,
                    text: challenge,
                    proof: response.digest
                )
            )
        case .proof(let challenge):
            let login = challenge.first.login
            guard let length = mechanism.scramAlgorithm?.length,
                let proof = challenge.proof(message, mechanism, proofLength: length)
            else { throw ExchangeError(.mismatch, login: login) }
            state = .verdict(login, signatureLength: length)
            return .prove(proof)
        case .acknowledgement(let login):
            guard message.isEmpty else { throw ExchangeError(.unexpected, login: login) }
            state = .over
            return .accepted(login: login, finalMessage: nil)
        case .beginning, .parameters, .verdict, .over:
            throw ExchangeError(.unexpected)
        }
    }

    private mutating func fail(_ failure: SASLFailure, login: ByteString? = nil) -> SASLStep {
        state = .over
        return .failed(failure, login: login)
    }
}
