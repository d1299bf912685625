/// The question with which salt and how many rounds the secret of a login is kept, for a login with SCRAM.
///
/// The answer is what everyone learns who begins a login.
package struct PrepareRequest: Hashable, Sendable {
    package let scheme: SASLMechanism
    package let identity: LoginIdentity
    /// What serves a login that is unknown, or whose password is kept in clear text.
    package let offered: SCRAMParameters

    package init(scheme: SASLMechanism, identity: LoginIdentity, offered: SCRAMParameters) {
        self.scheme = scheme
        self.identity = identity
        self.offered = offered
    }
}

/// The answer to a `PrepareRequest`.
package enum Preparation: Hashable, Sendable {
    case known(SCRAMParameters)
    /// The login is unknown, or its secret cannot serve the scheme; the client gets what was offered.
    case unknown
    /// No answer.
    case unavailable(Unavailability)
}

/// The question whether a proof belongs to a login and a text.
package struct ProveRequest: ~Copyable, Sendable {
    package let scheme: SASLMechanism
    package let identity: LoginIdentity
    /// The salt and the rounds that the client has got; `nil` for a scheme without them.
    package let parameters: SCRAMParameters?
    /// What the proof was computed for: the AuthMessage of SCRAM, the challenge of CRAM-MD5.
    package let text: ByteString
    /// The client's proof; with it and the text, guesses of the password can be tested.
    package let proof: Secret

    package init(
        scheme: SASLMechanism,
        identity: LoginIdentity,
        parameters: SCRAMParameters?,
        text: ByteString,
        proof: consuming Secret
    ) {
        self.scheme = scheme
        self.identity = identity
        self.parameters = parameters
        self.text = text
        self.proof = proof
    }
}
