internal import Authentication
internal import ProcessProtocol
internal import SASLExchange

/// What a mechanism is asked about the login of a request.
enum MechanismQuestion: ~Copyable {
    /// Whether the request's password is right.
    case password
    /// With which parameters the login's secret is kept; those that are offered serve for secrets without any.
    case prepare(SASLMechanism, SCRAMParameters)
    /// Whether the client's proof is right.
    case prove(SASLProof)
}

/// A request with its question, as it is sent to a worker, and to another one if that is lost.
enum HeldQuestion: ~Copyable {
    case password(AuthRequest)
    case prepare(PrepareRequest)
    case prove(ProveRequest)

    /// Which answer fits it.
    enum Kind: Hashable {
        case password, preparation, proof
    }

    var kind: Kind {
        switch self {
        case .password: .password
        case .prepare: .preparation
        case .prove: .proof
        }
    }

    init(_ question: consuming MechanismQuestion, about request: consuming AuthRequest) {
        switch consume question {
        case .password: self = .password(request)
        case .prepare(let scheme, let offered):
            self = .prepare(PrepareRequest(scheme: scheme, identity: request.identity, offered: offered))
        case .prove(let proof): self = .prove(proof.request(about: request.identity))
        }
    }

    /// The frame for a worker, which has a secret: wipe it after sending.
    func frame(_ id: RequestID) -> [UInt8] {
        switch self {
        case .password(let request): RequestFrame.encode(id: id, request)
        case .prepare(let request): PrepareFrame.encode(id: id, request)
        case .prove(let request): ProveFrame.encode(id: id, request)
        }
    }
}
