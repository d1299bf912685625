package import Authentication

/// What an exchange needs next.
package enum SASLStep: ~Copyable, Sendable {
    /// Send the client this message, which may be empty, and wait for the next one.
    case challenge(ByteString)
    /// Check a password; then call `accepted` or forget the exchange.
    case checkPassword(login: ByteString, password: Secret)
    /// Find out with which salt and how many rounds the login's secret is kept; then call `prepared`.
    case prepare(SASLPreparation)
    /// Check a proof; then call `accepted` or forget the exchange.
    case prove(SASLProof)
    /// The login is accepted; `finalMessage` belongs into the answer.
    case accepted(login: ByteString, finalMessage: ByteString?)
    /// The exchange is over, and nobody was asked; `login` is `nil` if no name could be read.
    case failed(SASLFailure, login: ByteString?)
}

/// The question with which salt and how many rounds a login's secret is kept.
package struct SASLPreparation: Hashable, Sendable {
    package let mechanism: SASLMechanism
    package let login: ByteString
}

/// The question whether a proof belongs to a login and a text.
///
/// `parameters` is the answer to the preparation; `nil` for a mechanism without one.
package struct SASLProof: ~Copyable, Sendable {
    package let mechanism: SASLMechanism
    package let login: ByteString
    package let parameters: SCRAMParameters?
    /// What the proof was computed for: the AuthMessage of SCRAM, the challenge of CRAM-MD5.
    package let text: ByteString
    /// The client's proof, in bytes; with it and the text, guesses of the password can be tested.
    package let proof: Secret

    /// The question for a mechanism, about the login as it is asked: with `-r`, the realm is part of it.
    package consuming func request(about identity: LoginIdentity) -> ProveRequest {
        ProveRequest(scheme: mechanism, identity: identity, parameters: parameters, text: text, proof: proof)
    }
}

/// Why an exchange fails without a verdict.
///
/// The description is for the log and contains no byte from the client.
package enum SASLFailure: Hashable, Sendable, CustomStringConvertible {
    /// The message does not have the form that the mechanism prescribes.
    case malformed
    case emptyLogin
    /// The login has control characters.
    case unprintableLogin
    case emptyPassword
    /// The client asks to act as somebody else than the login.
    case otherIdentity
    /// The client requires channel binding, or an extension that does not exist.
    case unsupported
    /// The last message of the client does not belong to this exchange, or its proof cannot be right.
    case mismatch
    /// The message comes when none is expected.
    case unexpected
    /// The mechanism program gave an answer that cannot be used; report a temporary failure.
    case unusableAnswer

    package var description: String {
        switch self {
        case .malformed: "malformed message"
        case .emptyLogin: "empty login"
        case .unprintableLogin: "login with control characters"
        case .emptyPassword: "empty password"
        case .otherIdentity: "authorization as another user"
        case .unsupported: "channel binding or an unknown extension is required"
        case .mismatch: "response does not belong to the challenge"
        case .unexpected: "unexpected message"
        case .unusableAnswer: "unusable answer of the mechanism"
        }
    }
}
