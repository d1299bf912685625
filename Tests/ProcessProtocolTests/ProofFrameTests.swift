import Authentication
import Testing

@testable import ProcessProtocol

@Suite struct ProofFrameTests {
    static let identity = LoginIdentity(
        login: "alice@example.org",
        service: "smtp",
        realm: "example.org",
        remote: "192.0.2.1;1"
    )
    static let parameters = SCRAMParameters(salt: ByteString([0, 1, 255]), rounds: 4096)

    static func prepare(_ scheme: SASLMechanism = .scramSHA256, _ offered: SCRAMParameters = parameters) -> [UInt8] {
        PrepareFrame.encode(id: 9, PrepareRequest(scheme: scheme, identity: identity, offered: offered))
    }

    static func prove(_ scheme: SASLMechanism, _ parameters: SCRAMParameters?) -> [UInt8] {
        let proof: [UInt8] = [0, 7, 255]
        let secret = Secret(copying: proof.span)
        return ProveFrame.encode(
            id: 10,
            ProveRequest(scheme: scheme, identity: identity, parameters: parameters, text: "n=alice", proof: secret)
        )
    }

    /// What a program reads, in the order of the frame; `nil` for a frame that is refused.
    static func read(_ frame: [UInt8]) -> [ByteString]? {
        guard let request = try? WorkerRequest(decoding: frame.span) else { return nil }
        func fields(_ scheme: SASLMechanism, _ identity: LoginIdentity, _ parameters: SCRAMParameters?) -> [ByteString]
        {
            let (salt, rounds) = (parameters?.salt ?? "", parameters?.rounds ?? 0)
            return [
                ByteString(scheme.name), identity.login, identity.service, identity.realm, identity.remote, salt,
                ByteString("\(rounds)"),
            ]
        }
        let id = ByteString("\(request.id)")
        switch request {
        case .password: return nil
        case .prepare(let frame):
            return ["prepare", id] + fields(frame.request.scheme, frame.request.identity, frame.request.offered)
        case .prove(let frame):
            let request = fields(frame.request.scheme, frame.request.identity, frame.request.parameters)
            return ["prove", id] + request
                + [frame.request.text, ByteString(copying: frame.request.proof.span)]
        }
    }

    static let frames = [prepare(), prove(.scramSHA1, parameters), prove(.cramMD5, nil)]

    @Test func `a question keeps every byte of its fields`() {
        let identity: [ByteString] = ["alice@example.org", "smtp", "example.org", "192.0.2.1;1"]
        let salt = Self.parameters.salt
        #expect(Self.read(Self.frames[0]) == ["prepare", "9", "SCRAM-SHA-256"] + identity + [salt, "4096"])
        let proof = ByteString([0, 7, 255])
        #expect(
            Self.read(Self.frames[1])
                == ["prove", "10", "SCRAM-SHA-1"] + identity + [salt, "4096", "n=alice", proof]
        )
        #expect(Self.read(Self.frames[2]) == ["prove", "10", "CRAM-MD5"] + identity + ["", "0", "n=alice", proof])
    }

    @Test(arguments: frames)
    func `a question is one frame of the length that it states`(frame: [UInt8]) throws {
        #expect(try Frame.length(ofFirstIn: frame.span) == frame.count)
        #expect(throws: FrameError.unknownKind(frame[4])) { try MechanismMessage(decoding: frame.span) }
    }

    @Test(arguments: frames)
    func `a damaged question is refused, or another one`(frame: [UInt8]) {
        for bytes in Damage(bytes: frame) {
            guard let read = Self.read(bytes) else { continue }
            #expect(read.count == 9 || read.count == 11)
            #expect(SASLMechanism(rawValue: read[2].text)?.isChallenge == true)
        }
    }

    @Test(arguments: [
        SCRAMParameters(salt: "salt", rounds: 4095), SCRAMParameters(salt: "salt", rounds: 65_537),
        SCRAMParameters(salt: "", rounds: 4096),
    ])
    func `a program computes no other rounds than clients accept`(parameters: SCRAMParameters) {
        #expect(Self.read(Self.prepare(.scramSHA1, parameters)) == nil)
        #expect(Self.read(Self.prove(.scramSHA1, parameters)) == nil)
    }

    @Test func `a scheme has the parameters that belong to it`() {
        #expect(Self.read(Self.prove(.cramMD5, Self.parameters)) == nil)
        #expect(Self.read(Self.prove(.scramSHA256, nil)) == nil)
        #expect(Self.read(Self.prove(.plain, nil)) == nil)
        #expect(Self.read(Self.prepare(.login)) == nil)
    }

    @Test func `a program of version 1 offers nothing, and one of version 2 what the daemon knows`() throws {
        func message(_ body: [UInt8]) throws -> MechanismMessage {
            let frame = [0, 0, 0, UInt8(1 + body.count), 1] + body
            return try MechanismMessage(decoding: frame.span)
        }
        let old: [UInt8] = [0, 1, 0, 0, 0, 64]
        #expect(try message(old) == .hello(version: 1, parallel: 64))
        func name(_ name: String) -> [UInt8] { [0, UInt8(name.utf8.count)] + name.utf8 }
        let new: [UInt8] =
            [0, 2, 0, 0, 0, 64, 4] + name("SCRAM-SHA-256") + name("SCRAM-SHA-512") + name("PLAIN") + name("CRAM-MD5")
        #expect(try message(new) == .hello(version: 2, parallel: 64, schemes: [.cramMD5, .scramSHA256]))
        #expect(try message([0, 2, 0, 0, 0, 64, 0]) == .hello(version: 2, parallel: 64))
        for damaged in [[0, 2, 0, 0, 0, 64], new + [0], Array(new.dropLast()), old + [0]] {
            #expect(throws: FrameError.malformed(kind: 1)) { try message(damaged) }
        }
    }

    @Test func `parameters that clients refuse are those of an unknown login`() throws {
        for parameters in [SCRAMParameters(salt: "", rounds: 4096), SCRAMParameters(salt: "salt", rounds: 1)] {
            let frame = MechanismMessage.prepared(id: 1, .known(parameters)).encoded
            #expect(try MechanismMessage(decoding: frame.span) == .prepared(id: 1, .unknown))
        }
    }

    @Test func `a code that no answer has is refused, so that it is no success`() {
        for code in UInt8(2)..<128 {
            var frame = MechanismMessage.prepared(id: 1, .known(Self.parameters)).encoded
            frame[9] = code
            #expect(throws: FrameError.malformed(kind: 9)) { try MechanismMessage(decoding: frame.span) }
        }
        for code in UInt8(6)..<128 {
            var frame = MechanismMessage.proven(id: 1, .accepted, signature: "", delay: 0).encoded
            frame[9] = code
            #expect(throws: FrameError.malformed(kind: 11)) { try MechanismMessage(decoding: frame.span) }
        }
    }

    @Test func `a signature without success is refused`() {
        for code in [1, 2, 3, 4, 5, 128, 129] as [UInt8] {
            var frame = MechanismMessage.proven(id: 1, .accepted, signature: "signature", delay: 0).encoded
            frame[9] = code
            #expect(throws: FrameError.malformed(kind: 11)) { try MechanismMessage(decoding: frame.span) }
        }
    }
}
