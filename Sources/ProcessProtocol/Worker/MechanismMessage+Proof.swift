internal import Authentication

/// The answers to questions about proofs, and the schemes in a hello.
extension MechanismMessage {
    /// The code of a `prepared` for a login that is unknown, or whose secret cannot serve.
    private static let unknown: UInt8 = 1

    static func helloFrame(_ version: UInt16, _ parallel: UInt32, _ schemes: Set<SASLMechanism>) -> [UInt8] {
        let names = SASLMechanism.allCases.filter(schemes.contains).map { ByteString($0.name) }
        let hasSchemes = version > 1
        var writer = FrameWriter(.hello, bodyLength: 6 + (hasSchemes ? 1 + FrameWriter.length(of: names) : 0))
        writer.number(version)
        writer.number(parallel)
        guard hasSchemes else { return writer.finish() }
        writer.number(UInt8(names.count))
        writer.strings(names)
        return writer.finish()
    }

    static func preparedFrame(_ id: UInt32, _ preparation: Preparation) -> [UInt8] {
        var (code, parameters, reason) = (unknown, SCRAMParameters(salt: "", rounds: 0), ByteString())
        switch preparation {
        case .known(let kept): (code, parameters) = (accepted, kept)
        case .unknown: break
        case .unavailable(let unavailability): (code, reason) = Self.code(of: .unavailable(unavailability), "")
        }
        let strings = [parameters.salt, reason.shortened]
        var writer = FrameWriter(.prepared, bodyLength: 9 + FrameWriter.length(of: strings))
        writer.number(id)
        writer.number(code)
        writer.number(parameters.rounds)
        writer.strings(strings)
        return writer.finish()
    }

    static func provenFrame(
        _ id: UInt32,
        _ verdict: Verdict,
        signature: ByteString,
        delay: UInt32,
        account: ByteString?,
        detail: ByteString
    ) -> [UInt8] {
        let (code, reason) = Self.code(of: verdict, detail)
        let strings = [reason.shortened, signature, account?.shortened].compactMap(\.self)
        var writer = FrameWriter(.proven, bodyLength: 9 + FrameWriter.length(of: strings))
        writer.number(id)
        writer.number(code)
        writer.number(delay)
        writer.strings(strings)
        return writer.finish()
    }

    /// Reads the rest of a hello; a program of version 1 has no schemes.
    @_lifetime(reader: copy reader)
    static func readHello(_ reader: inout BodyReader) throws(FrameError) -> MechanismMessage {
        let (version, parallel) = (try reader.number(UInt16.self), try reader.number(UInt32.self))
        var schemes: Set<SASLMechanism> = []
        guard version > 1 else { return .hello(version: version, parallel: parallel) }
        for _ in 0..<(try reader.number(UInt8.self)) {
            // Other schemes may be another daemon's.
            if let scheme = SASLMechanism(name: try reader.string()), scheme.isChallenge { schemes.insert(scheme) }
        }
        return .hello(version: version, parallel: parallel, schemes: schemes)
    }

    @_lifetime(reader: copy reader)
    static func readPrepared(_ reader: inout BodyReader) throws(FrameError) -> MechanismMessage {
        let (id, code) = (try reader.number(UInt32.self), try reader.number(UInt8.self))
        let rounds = try reader.number(UInt32.self)
        let parameters = SCRAMParameters(salt: ByteString(copying: try reader.string()), rounds: rounds)
        let reason = ByteString(copying: try reader.string())
        switch code {
        case accepted: return .prepared(id: id, parameters.areUsable ? .known(parameters) : .unknown)
        case unknown: return .prepared(id: id, .unknown)
        default:
            guard case .unavailable(let unavailability) = try Self.verdict(code: code, reason: reason, reader.kind)
            else { throw .malformed(kind: reader.kind) }
            return .prepared(id: id, .unavailable(unavailability))
        }
    }

    @_lifetime(reader: copy reader)
    static func readProven(_ reader: inout BodyReader) throws(FrameError) -> MechanismMessage {
        let (id, code) = (try reader.number(UInt32.self), try reader.number(UInt8.self))
        let delay = try reader.number(UInt32.self)
        let reason = ByteString(copying: try reader.string())
        let signature = ByteString(copying: try reader.string())
        let account = try reader.account()
        guard code == accepted || signature.isEmpty else { throw .malformed(kind: reader.kind) }
        return .proven(
            id: id,
            try Self.verdict(code: code, reason: reason, reader.kind),
            signature: signature,
            delay: delay,
            account: account,
            detail: code < unavailable ? reason : ""
        )
    }
}

extension BodyReader {
    /// The last string of a frame, which programs that name no account leave out.
    @_lifetime(self: copy self)
    mutating func account() throws(FrameError) -> ByteString? {
        guard !rest.isEmpty else { return nil }
        let account = ByteString(copying: try string())
        return account.isEmpty ? nil : account
    }
}

extension ByteString {
    /// The text, cut to the length that frames have room for.
    fileprivate var shortened: ByteString { ByteString(Array(bytes.prefix(MechanismMessage.longestText))) }
}
