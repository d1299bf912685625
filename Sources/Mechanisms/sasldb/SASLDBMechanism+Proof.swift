internal import Authentication
internal import Digests
internal import MechanismKit
internal import SASLDB

/// Checks proofs with the passwords in the file.
extension SASLDBMechanism {
    /// All that OpenSSL can compute, as every password is in clear text.
    var schemes: Set<SASLMechanism> { PasswordProof.schemes }

    /// Knows a login that has a password; the offered salt serves all logins.
    mutating func prepare(_ request: PrepareRequest) -> Preparation {
        do throws(SASLDBError) {
            let entry = try file.entry(of: users(of: request.identity), log)
            return entry.kind == .user ? .known(request.offered) : .unknown
        } catch {
            return .unavailable(Unavailability("\(error)", scope: .mechanism))
        }
    }

    mutating func prove(_ request: borrowing ProveRequest) -> ProofDecision {
        do throws(SASLDBError) {
            return Self.prove(request, with: try file.entry(of: users(of: request.identity), log))
        } catch {
            return ProofDecision(Decision(.unavailable(Unavailability("\(error)", scope: .mechanism))))
        }
    }

    private static func prove(_ request: borrowing ProveRequest, with entry: borrowing SASLDBEntry) -> ProofDecision {
        switch PasswordProof.verify(request, password: entry.password.span) {
        case .proven(let signature):
            let decision = entry.decision(isRight: true)
            guard decision.verdict == .accepted else { return ProofDecision(decision) }
            return ProofDecision(decision, signature: ByteString(copying: signature.span))
        case .differs: return ProofDecision(entry.decision(isRight: false))
        case .failed: return ProofDecision(Decision(.unavailable(Unavailability("OpenSSL cannot check the proof"))))
        }
    }

    private func users(of identity: LoginIdentity) -> [SASLDBUser] {
        Self.candidates(login: identity.login, realm: identity.realm, hostName: hostName)
    }
}
