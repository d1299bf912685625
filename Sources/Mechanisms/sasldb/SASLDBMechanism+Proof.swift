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
            let hasPassword = try file.find(firstOf: users(of: request.identity), log) { _, stored in !stored.isEmpty }
            return hasPassword == true ? .known(request.offered) : .unknown
        } catch {
            return .unavailable(Unavailability("\(error)", scope: .mechanism))
        }
    }

    mutating func prove(_ request: borrowing ProveRequest) -> ProofDecision {
        do throws(SASLDBError) {
            let found = try file.find(firstOf: users(of: request.identity), log) { user, stored in
                guard !stored.isEmpty else { return Self.refusal(request, .wrongPassword, user.name) }
                return switch PasswordProof.verify(request, password: stored.span) {
                case .proven(let signature):
                    ProofDecision(
                        Decision(.accepted, account: user.name),
                        signature: ByteString(copying: signature.span)
                    )
                case .differs: ProofDecision(Decision(.refused(.wrongPassword), account: user.name))
                case .failed: ProofDecision(Decision(.unavailable(Unavailability("OpenSSL cannot check the proof"))))
                }
            }
            return found ?? Self.refusal(request, .unknownUser, nil)
        } catch {
            return ProofDecision(Decision(.unavailable(Unavailability("\(error)", scope: .mechanism))))
        }
    }

    private func users(of identity: LoginIdentity) -> [SASLDBUser] {
        Self.candidates(login: identity.login, realm: identity.realm, hostName: hostName)
    }

    /// Refuses, after the time that a check takes.
    private static func refusal(
        _ request: borrowing ProveRequest,
        _ refusal: Refusal,
        _ account: ByteString?
    ) -> ProofDecision {
        // Any password will do, as the verdict is ignored.
        _ = PasswordProof.verify(request, password: nobodys.span)
        return ProofDecision(Decision(.refused(refusal), account: account))
    }

    private static let nobodys = Array("password".utf8)
}
