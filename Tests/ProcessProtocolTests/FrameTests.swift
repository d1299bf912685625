import Authentication
import Testing

@testable import ProcessProtocol

@Suite struct FrameTests {
    static func length(_ bytes: [UInt8]) throws -> Int? {
        try Frame.length(ofFirstIn: bytes.span)
    }

    static func message(_ frame: [UInt8]) throws -> MechanismMessage {
        try MechanismMessage(decoding: frame.span)
    }

    static let messages: [MechanismMessage] =
        [
            .started(pid: 4711),
            .hello(version: 1, parallel: 64),
            .unusable(reason: "no such file"),
            .later(reason: "fork: Resource temporarily unavailable"),
            .verdict(id: 1, .accepted, delay: 0),
            .verdict(id: UInt32.max, .unavailable(Unavailability("down")), delay: 0),
            .verdict(id: 3, .accepted, delay: 0, account: "alice@example.org"),
            .verdict(id: 4, .unavailable(Unavailability("down")), delay: 0, account: "alice"),
            .verdict(id: 5, .unavailable(Unavailability("no server", scope: .mechanism)), delay: 0),
            .verdict(id: 6, .refused(.accountExpired), delay: 9, account: "alice", detail: "since yesterday"),
            .log(.warning, "a line"),
            .hello(version: 2, parallel: 1),
            .hello(version: 2, parallel: 64, schemes: [.cramMD5, .scramSHA1, .scramSHA256]),
            .prepared(id: 8, .known(SCRAMParameters(salt: ByteString([0, 255]), rounds: 65_536))),
            .prepared(id: 9, .unknown),
            .prepared(id: 10, .unavailable(Unavailability("no server", scope: .mechanism))),
            .prepared(id: 11, .unavailable(Unavailability("down"))),
            .proven(id: 12, .accepted, signature: ByteString([0, 1, 255]), delay: 0),
            .proven(id: 13, .accepted, signature: "", delay: 0, account: "alice@example.org"),
            .proven(id: 14, .refused(.wrongPassword), signature: "", delay: 9, account: "alice", detail: "wrong"),
            .proven(id: 15, .unavailable(Unavailability("down")), signature: "", delay: 0),
        ] + Refusal.allCases.map { .verdict(id: 7, .refused($0), delay: 2700) }

    @Test(arguments: messages)
    func `what is written is read`(message: MechanismMessage) throws {
        #expect(try Self.length(message.encoded) == message.encoded.count)
        #expect(try Self.message(message.encoded) == message)
    }

    @Test(arguments: messages)
    func `a frame that is not whole is waited for`(message: MechanismMessage) throws {
        for length in 0..<message.encoded.count {
            #expect(try Self.length(Array(message.encoded[..<length])) == nil)
        }
    }

    @Test func `a hello is these bytes`() {
        #expect(MechanismMessage.hello(version: 1, parallel: 64).encoded == [0, 0, 0, 7, 1, 0, 1, 0, 0, 0, 64])
    }

    @Test func `the process id has its place in the frame of a start`() throws {
        var frame = MechanismMessage.started(pid: 0).encoded
        for (place, byte) in [UInt8](1...4).enumerated() { frame[MechanismMessage.processPlace + place] = byte }
        #expect(try Self.message(frame) == .started(pid: 0x0102_0304))
    }

    @Test func `a request keeps every byte of its fields`() throws {
        let password = (1...255).map { UInt8($0) }
        let request = AuthRequest(
            login: ByteString([1, 2, 255]),
            password: Secret(copying: password.span),
            service: "smtp",
            realm: "",
            remote: "192.0.2.1;1"
        )
        let frame = RequestFrame.encode(id: 9, request)
        #expect(Self.fields(frame) == [[9], [1, 2, 255], password, Array("smtp".utf8), [], Array("192.0.2.1;1".utf8)])
    }

    /// The number and the fields of a request's frame.
    static func fields(_ frame: [UInt8]) -> [[UInt8]]? {
        guard let read = try? RequestFrame(decoding: frame.span) else { return nil }
        return [
            [UInt8(truncatingIfNeeded: read.id)], read.request.login.bytes,
            [UInt8](copying: read.request.password.span),
            read.request.service.bytes, read.request.realm.bytes, read.request.remote.bytes,
        ]
    }

    @Test func `a message longer than its frame, or shorter, is refused`() {
        for frame: [UInt8] in [
            [0, 0, 0, 3, 1, 0, 1], [0, 0, 0, 8, 1, 0, 1, 0, 0, 0, 64, 9], [0, 0, 0, 4, 2, 0, 9, 65],
        ] {
            #expect(throws: FrameError.malformed(kind: frame[4])) { try Self.message(frame) }
        }
    }

    @Test func `a verdict without an account is the shorter frame that programs have always sent`() throws {
        let short = MechanismMessage.verdict(id: 1, .accepted, delay: 0).encoded
        #expect(short.count == 4 + 1 + 11)
        let empty: [UInt8] = [0, 0, 0, 14] + short[4...] + [0, 0]
        #expect(try Self.message(empty) == .verdict(id: 1, .accepted, delay: 0))
        let cut: [UInt8] = [0, 0, 0, 15] + short[4...] + [0, 2, 65]
        #expect(throws: FrameError.malformed(kind: 4)) { try Self.message(cut) }
    }

    @Test func `a verdict with an unknown code is refused, so that it is no OK`() {
        var frame = MechanismMessage.verdict(id: 1, .accepted, delay: 0).encoded
        for code in UInt8(6)..<128 {
            frame[9] = code
            #expect(throws: FrameError.malformed(kind: 4)) { try Self.message(frame) }
        }
    }

    @Test(arguments: messages)
    func `what is damaged is refused, or another message that can be sent`(message: MechanismMessage) throws {
        for bytes in Damage(bytes: message.encoded) {
            guard let read = try? Self.message(bytes) else { continue }
            // Not the message: what a program says behind an OK is read, and never sent.
            #expect(try Self.message(read.encoded).encoded == read.encoded)
        }
    }

    @Test func `a damaged request is refused, or another request`() throws {
        let password: [UInt8] = [1, 2, 3]
        let request = AuthRequest(
            login: "alice",
            password: Secret(copying: password.span),
            service: "smtp",
            realm: "",
            remote: "192.0.2.1;1"
        )
        for bytes in Damage(bytes: RequestFrame.encode(id: 9, request)) {
            guard let read = try? RequestFrame(decoding: bytes.span) else { continue }
            #expect(Self.fields(RequestFrame.encode(id: read.id, read.request)) == Self.fields(bytes))
        }
    }

    @Test func `lengths of zero and beyond the limit, and unknown kinds, are refused`() {
        #expect(throws: FrameError.empty) { try Self.length([0, 0, 0, 0]) }
        #expect(throws: FrameError.tooLong(65_537)) { try Self.length([0, 1, 0, 1]) }
        #expect(throws: FrameError.unknownKind(99)) { try Self.message([0, 0, 0, 1, 99]) }
    }
}
