package import Authentication
internal import ProcessProtocol

/// A mechanism's verdict on a proof.
package struct ProofDecision: Hashable, Sendable {
    package let decision: Decision
    /// What shows an accepted client that the server knows the password too; empty for CRAM-MD5, and without success.
    package let signature: ByteString

    /// The signature counts only if the decision is to accept.
    package init(_ decision: Decision, signature: ByteString = "") {
        self.decision = decision
        self.signature = decision.verdict == .accepted ? signature : ""
    }

    /// The message that answers question `id`.
    func message(for id: UInt32) -> MechanismMessage {
        .proven(
            id: id,
            decision.verdict,
            signature: signature,
            delay: decision.delay,
            account: decision.account,
            detail: decision.detail
        )
    }
}
