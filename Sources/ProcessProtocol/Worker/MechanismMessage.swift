package import Authentication

/// A message to the frontend from a mechanism program, or from the master about one.
package enum MechanismMessage: Hashable, Sendable {
    /// From the master, before the program's first instruction: the process id.
    ///
    /// Always the first frame, once. If the program cannot be run, only `unusable` or `later` follows.
    case started(pid: UInt32)
    /// The mechanism is ready; the first frame of a usable one.
    ///
    /// `version` is the protocol version. `parallel` is the number of requests that it takes at a time, at least 1.
    /// `schemes` are those whose proofs it can check; never ask it about another one.
    case hello(version: UInt16, parallel: UInt32, schemes: Set<SASLMechanism> = [])
    /// The mechanism cannot work with its options and rights; its first and last frame.
    ///
    /// The master sends it if the program cannot be started.
    case unusable(reason: ByteString)
    /// From the master, the last frame: processes, memory or descriptors are short, so the program cannot be started
    /// now.
    ///
    /// Try again later.
    case later(reason: ByteString)
    /// The verdict on request `id`.
    ///
    /// The reply to the client is delayed by `delay` milliseconds. `account` is the back end's own name for the login,
    /// if it gave one; it makes all spellings of a login one account. `detail` is the reason of a refusal, without
    /// secrets.
    case verdict(id: UInt32, Verdict, delay: UInt32, account: ByteString? = nil, detail: ByteString = "")
    /// The answer to the `PrepareRequest` with the number `id`.
    case prepared(id: UInt32, Preparation)
    /// The verdict on the `ProveRequest` with the number `id`; the rest is as in `verdict`.
    ///
    /// `signature` shows an accepted client that the server knows the password too; it is empty otherwise, and for
    /// CRAM-MD5.
    case proven(
        id: UInt32,
        Verdict,
        signature: ByteString,
        delay: UInt32,
        account: ByteString? = nil,
        detail: ByteString = ""
    )
    /// A log line, without secrets.
    case log(Severity, ByteString)

    /// The severity of a log line, numbered as in syslog(3).
    package enum Severity: UInt8, Sendable {
        case error = 3
        case warning = 4
        case notice = 5
        case information = 6
        case debug = 7
    }

    /// The offset of the process id, four bytes, in the frame of `started`.
    package static let processPlace = Frame.headerLength

    static let longestText = 1024
    static let accepted: UInt8 = 0
    static let unavailable: UInt8 = 128
    private static let down: UInt8 = 129

    /// The frame of the message; texts are cut after 1,024 bytes.
    package var encoded: [UInt8] {
        switch self {
        case .started(let pid):
            var writer = FrameWriter(.started, bodyLength: 4)
            writer.number(pid)
            return writer.finish()
        case .hello(let version, let parallel, let schemes): return Self.helloFrame(version, parallel, schemes)
        case .unusable(let reason): return Self.frame(.unusable, reason)
        case .later(let reason): return Self.frame(.later, reason)
        case .verdict(let id, let verdict, let delay, let account, let detail):
            let (code, reason) = Self.code(of: verdict, detail)
            let text = reason.bytes.span.extracting(first: Self.longestText)
            let name = account?.bytes.prefix(Self.longestText)
            var writer = FrameWriter(.verdict, bodyLength: 11 + text.count + (name.map { 2 + $0.count } ?? 0))
            writer.number(id)
            writer.number(code)
            writer.number(delay)
            writer.string(text)
            if let name { writer.string(name.span) }
            return writer.finish()
        case .prepared(let id, let preparation): return Self.preparedFrame(id, preparation)
        case .proven(let id, let verdict, let signature, let delay, let account, let detail):
            return Self.provenFrame(id, verdict, signature: signature, delay: delay, account: account, detail: detail)
        case .log(let severity, let line):
            let text = line.bytes.span.extracting(first: Self.longestText)
            var writer = FrameWriter(.log, bodyLength: 3 + text.count)
            writer.number(severity.rawValue)
            writer.string(text)
            return writer.finish()
        }
    }

    /// Parses a whole frame, of the length from `Frame.length`, from a mechanism program.
    package init(decoding frame: Span<UInt8>) throws(FrameError) {
        var reader = try BodyReader(ofFrame: frame)
        let kind = reader.kind
        switch Frame.Kind(rawValue: kind) {
        case .started:
            self = .started(pid: try reader.number(UInt32.self))
        case .hello:
            self = try Self.readHello(&reader)
        case .unusable:
            self = .unusable(reason: ByteString(copying: try reader.string()))
        case .later:
            self = .later(reason: ByteString(copying: try reader.string()))
        case .verdict:
            let id = try reader.number(UInt32.self)
            let code = try reader.number(UInt8.self)
            let delay = try reader.number(UInt32.self)
            let reason = ByteString(copying: try reader.string())
            let account = try reader.account()
            self = .verdict(
                id: id,
                try Self.verdict(code: code, reason: reason, kind),
                delay: delay,
                account: account,
                detail: code < Self.unavailable ? reason : ""
            )
        case .prepared:
            self = try Self.readPrepared(&reader)
        case .proven:
            self = try Self.readProven(&reader)
        case .log:
            guard let severity = Severity(rawValue: try reader.number(UInt8.self)) else { throw .malformed(kind: kind) }
            self = .log(severity, ByteString(copying: try reader.string()))
        case .request, .prepare, .prove, nil:
            throw .unknownKind(kind)
        }
        try reader.end()
    }

    private static func frame(_ kind: Frame.Kind, _ reason: ByteString) -> [UInt8] {
        let text = reason.bytes.span.extracting(first: longestText)
        var writer = FrameWriter(kind, bodyLength: 2 + text.count)
        writer.string(text)
        return writer.finish()
    }

    static func code(of verdict: Verdict, _ detail: ByteString) -> (UInt8, ByteString) {
        switch verdict {
        case .accepted: (accepted, "")
        case .refused(let refusal): (refusal.rawValue, detail)
        case .unavailable(let unavailability):
            (unavailability.scope == .mechanism ? down : unavailable, unavailability.reason)
        }
    }

    static func verdict(code: UInt8, reason: ByteString, _ kind: UInt8) throws(FrameError) -> Verdict {
        switch code {
        case accepted: return .accepted
        case unavailable: return .unavailable(Unavailability(reason))
        case down: return .unavailable(Unavailability(reason, scope: .mechanism))
        default:
            guard let refusal = Refusal(rawValue: code) else { throw .malformed(kind: kind) }
            return .refused(refusal)
        }
    }
}
