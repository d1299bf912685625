package import Authentication

/// A `PrepareRequest` to a mechanism program, with the number that its answer will carry.
package struct PrepareFrame: Hashable, Sendable {
    package let id: UInt32
    package let request: PrepareRequest

    package static func encode(id: UInt32, _ request: PrepareRequest) -> [UInt8] {
        let strings = [ByteString(request.scheme.name)] + request.identity.strings + [request.offered.salt]
        var writer = FrameWriter(.prepare, bodyLength: 8 + FrameWriter.length(of: strings))
        writer.number(id)
        writer.strings(strings)
        writer.number(request.offered.rounds)
        return writer.finish()
    }

    /// Parses a whole frame, of the length from `Frame.length`, from the daemon.
    init(decoding frame: Span<UInt8>) throws(FrameError) {
        var reader = try BodyReader(ofFrame: frame)
        id = try reader.number(UInt32.self)
        let scheme = try reader.scheme()
        let identity = try reader.identity()
        guard let offered = try reader.parameters(of: scheme) else { throw .malformed(kind: reader.kind) }
        try reader.end()
        request = PrepareRequest(scheme: scheme, identity: identity, offered: offered)
    }
}

/// A `ProveRequest` to a mechanism program, with the number that its answer will carry.
package struct ProveFrame: ~Copyable, Sendable {
    package let id: UInt32
    package let request: ProveRequest

    /// The frame of `request`; it contains the proof, and the caller wipes it after sending.
    package static func encode(id: UInt32, _ request: borrowing ProveRequest) -> [UInt8] {
        let strings =
            [ByteString(request.scheme.name)] + request.identity.strings + [request.parameters?.salt ?? ""]
        let size = 8 + FrameWriter.length(of: strings + [request.text]) + 2 + request.proof.count
        var writer = FrameWriter(.prove, bodyLength: size)
        writer.number(id)
        writer.strings(strings)
        writer.number(request.parameters?.rounds ?? 0)
        writer.strings([request.text])
        writer.string(request.proof.span)
        return writer.finish()
    }

    /// Parses a whole frame, of the length from `Frame.length`, from the daemon.
    init(decoding frame: Span<UInt8>) throws(FrameError) {
        var reader = try BodyReader(ofFrame: frame)
        let id = try reader.number(UInt32.self)
        let scheme = try reader.scheme()
        let identity = try reader.identity()
        let parameters = try reader.parameters(of: scheme)
        let text = ByteString(copying: try reader.string())
        let proof = Secret(copying: try reader.string())
        try reader.end()
        self.id = id
        request = ProveRequest(scheme: scheme, identity: identity, parameters: parameters, text: text, proof: proof)
    }
}

/// A frame that asks a mechanism program for something.
package enum WorkerRequest: ~Copyable {
    case password(RequestFrame)
    case prepare(PrepareFrame)
    case prove(ProveFrame)

    /// Parses a whole frame, of the length from `Frame.length`, from the daemon.
    package init(decoding frame: Span<UInt8>) throws(FrameError) {
        let kind = try BodyReader(ofFrame: frame).kind
        switch Frame.Kind(rawValue: kind) {
        case .request: self = .password(try RequestFrame(decoding: frame))
        case .prepare: self = .prepare(try PrepareFrame(decoding: frame))
        case .prove: self = .prove(try ProveFrame(decoding: frame))
        default: throw .unknownKind(kind)
        }
    }

    /// The number that the answer carries.
    package var id: UInt32 {
        switch self {
        case .password(let frame): frame.id
        case .prepare(let frame): frame.id
        case .prove(let frame): frame.id
        }
    }

    /// The scheme of a question about a proof, which the program must have offered.
    package var scheme: SASLMechanism? {
        switch self {
        case .password: nil
        case .prepare(let frame): frame.request.scheme
        case .prove(let frame): frame.request.scheme
        }
    }
}

extension LoginIdentity {
    /// The strings in the order in which frames have them.
    fileprivate var strings: [ByteString] { [login, service, realm, remote] }
}

extension BodyReader {
    /// A scheme with a challenge, under its registered name.
    @_lifetime(self: copy self)
    fileprivate mutating func scheme() throws(FrameError) -> SASLMechanism {
        guard let scheme = SASLMechanism(name: try string()), scheme.isChallenge else { throw .malformed(kind: kind) }
        return scheme
    }

    @_lifetime(self: copy self)
    fileprivate mutating func identity() throws(FrameError) -> LoginIdentity {
        LoginIdentity(
            login: ByteString(copying: try string()),
            service: ByteString(copying: try string()),
            realm: ByteString(copying: try string()),
            remote: ByteString(copying: try string())
        )
    }

    /// Salt and rounds that clients can use; `nil` for a scheme without them, for which they are empty and 0.
    @_lifetime(self: copy self)
    fileprivate mutating func parameters(of scheme: SASLMechanism) throws(FrameError) -> SCRAMParameters? {
        let salt = ByteString(copying: try string())
        let parameters = SCRAMParameters(salt: salt, rounds: try number(UInt32.self))
        guard scheme.hasParameters ? parameters.areUsable : salt.isEmpty && parameters.rounds == 0 else {
            throw .malformed(kind: kind)
        }
        return scheme.hasParameters ? parameters : nil
    }
}
