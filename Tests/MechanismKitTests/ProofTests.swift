import Authentication
import Platform
import ProcessProtocol
import Testing

@testable import MechanismKit

/// Checks passwords alone.
private struct Plain: BlockingMechanism {
    mutating func decide(on request: borrowing AuthRequest) -> Decision { Decision(.accepted) }
}

/// Offers one scheme; every proof is right.
private struct Prover: BlockingMechanism {
    let schemes: Set<SASLMechanism> = [.scramSHA1]

    mutating func decide(on request: borrowing AuthRequest) -> Decision { Decision(.refused(.wrongPassword)) }

    mutating func prepare(_ request: PrepareRequest) -> Preparation { .known(request.offered) }

    mutating func prove(_ request: borrowing ProveRequest) -> ProofDecision {
        ProofDecision(Decision(.accepted, account: request.identity.login), signature: "signature")
    }
}

@Suite struct ProofTests {
    private static let parameters = SCRAMParameters(salt: "salt", rounds: 4096)
    private static let identity = LoginIdentity(login: "alice", service: "smtp", realm: "", remote: "")

    private static func preparation(_ scheme: SASLMechanism) throws -> WorkerRequest {
        let request = PrepareRequest(scheme: scheme, identity: identity, offered: parameters)
        return try WorkerRequest(decoding: PrepareFrame.encode(id: 1, request).span)
    }

    private static func proof(_ scheme: SASLMechanism) throws -> WorkerRequest {
        let bytes: [UInt8] = [1]
        let request = ProveRequest(
            scheme: scheme,
            identity: identity,
            parameters: scheme.hasParameters ? parameters : nil,
            text: "text",
            proof: Secret(copying: bytes.span)
        )
        return try WorkerRequest(decoding: ProveFrame.encode(id: 2, request).span)
    }

    @Test func `a mechanism is asked about the schemes that it offers`() throws {
        var prover = Prover()
        #expect(try prover.answer(Self.preparation(.scramSHA1)) == .prepared(id: 1, .known(Self.parameters)))
        #expect(
            try prover.answer(Self.proof(.scramSHA1))
                == .proven(id: 2, .accepted, signature: "signature", delay: 0, account: "alice")
        )
    }

    @Test(arguments: [SASLMechanism.scramSHA256, .cramMD5])
    func `a question about a scheme that was not offered ends the connection`(scheme: SASLMechanism) {
        #expect(throws: SystemError.self) {
            var prover = Prover()
            return try prover.answer(Self.proof(scheme))
        }
    }

    @Test func `a mechanism without schemes checks no proof`() {
        let schemes = Plain().schemes
        #expect(schemes == [])
        #expect(throws: SystemError.self) {
            var plain = Plain()
            return try plain.answer(Self.proof(.scramSHA1))
        }
        #expect(throws: SystemError.self) {
            var plain = Plain()
            return try plain.answer(Self.preparation(.scramSHA256))
        }
    }

    @Test func `no signature leaves without success`() {
        for verdict: Verdict in [.refused(.accountExpired), .unavailable(Unavailability("down"))] {
            #expect(ProofDecision(Decision(verdict), signature: "signature").signature == "")
        }
    }

    @Test func `an identity has all of a request but its password, and its realm is joined alike`() {
        func request() -> AuthRequest {
            AuthRequest(
                login: "alice",
                password: Secret(copying: [1].span),
                service: "smtp",
                realm: "example.org",
                remote: "192.0.2.1;1"
            )
        }
        let identity = request().identity
        #expect(identity.login == "alice" && identity.service == "smtp" && identity.remote == "192.0.2.1;1")
        #expect(identity.joiningRealm() == request().joiningRealm().identity)
        #expect(identity.joiningRealm().login == "alice@example.org")
        #expect(Self.identity.joiningRealm() == Self.identity)
    }
}
