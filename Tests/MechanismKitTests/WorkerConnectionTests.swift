import Authentication
import Platform
import ProcessProtocol
import TestSupport
import Testing

@testable import MechanismKit

/// The frontend's end of a connection, and the program's.
private struct Wire: ~Copyable {
    let frontend: OwnedDescriptor
    var program: WorkerConnection

    init() throws {
        let pair = try SocketPair()
        program = WorkerConnection(try OwnedDescriptor.copy(of: pair.far.rawValue))
        frontend = pair.intoNear()
    }

    static func frame(_ id: UInt32, login: ByteString = "alice", password: String = "secret") -> [UInt8] {
        let secret = Array(password.utf8)
        let request = AuthRequest(
            login: login,
            password: Secret(copying: secret.span),
            service: "smtp",
            realm: "",
            remote: ""
        )
        return RequestFrame.encode(id: id, request)
    }

    func say(_ bytes: [UInt8]) throws { try frontend.writeAll(bytes.span) }

    /// The number of the next request, or 0 at the end.
    mutating func next() throws -> UInt32 { try program.next()?.id ?? 0 }

    /// What the program has written so far.
    func heard() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while try !waitForInput(on: [frontend.rawValue], milliseconds: 0).isEmpty {
            if try frontend.read(into: &bytes, limit: 4096) == 0 { break }
        }
        return bytes
    }
}

@Suite struct WorkerConnectionTests {
    @Test func `requests are read in order, in pieces of any size`() throws {
        var wire = try Wire()
        let frames = Wire.frame(1) + Wire.frame(2) + Wire.frame(3)
        try wire.say(Array(frames.dropLast(5)))
        #expect(try wire.next() == 1)
        #expect(try wire.next() == 2)
        try wire.say(Array(frames.suffix(5)))
        #expect(try wire.next() == 3)
    }

    @Test func `more bytes than the buffer's size pass through it`() throws {
        var wire = try Wire()
        let long = ByteString([UInt8](repeating: 0x61, count: 16_000))
        for id in UInt32(1)...40 {
            try wire.say(Wire.frame(id, login: long))
            #expect(try wire.next() == id)
        }
    }

    @Test
    func `the first answer goes at once, others in eights while requests are there, and the rest before it waits`()
        throws
    {
        var wire = try Wire()
        let verdicts = (UInt32(1)...11).map { MechanismMessage.verdict(id: $0, .accepted, delay: 0) }
        try wire.say((UInt32(1)...11).flatMap { Wire.frame($0) })
        var written = 0
        for (number, verdict) in verdicts.enumerated() {
            #expect(try wire.next() == UInt32(number + 1))
            try wire.program.answer(verdict)
            // What is written now: after the first, and after eight more.
            let expected = number == 0 || number == 8 ? number + 1 - written : 0
            #expect(try wire.heard() == verdicts[written..<(written + expected)].flatMap(\.encoded), "\(number)")
            written += expected
        }
        try wire.say(Wire.frame(12))
        #expect(try wire.next() == 12)
        #expect(try wire.heard() == verdicts[9...].flatMap(\.encoded))
        // It has waited, so the next is a first one again.
        try wire.program.answer(verdicts[0])
        #expect(try wire.heard() == verdicts[0].encoded)
    }

    @Test func `messages wait for each other while requests are there, and go before the program waits`() throws {
        var wire = try Wire()
        try wire.say(Wire.frame(1) + Wire.frame(2))
        #expect(try wire.next() == 1)
        wire.program.enqueue(.verdict(id: 1, .accepted, delay: 0))
        #expect(try wire.next() == 2)
        #expect(try wire.heard() == [])
        wire.program.enqueue(.verdict(id: 2, .refused(.wrongPassword), delay: 0))
        try wire.say(Wire.frame(3))
        #expect(try wire.next() == 3)
        let expected =
            MechanismMessage.verdict(id: 1, .accepted, delay: 0).encoded
            + MechanismMessage.verdict(id: 2, .refused(.wrongPassword), delay: 0).encoded
        #expect(try wire.heard() == expected)
    }

    @Test(arguments: [[0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1, 99], [0, 0, 0, 2, 3, 0]])
    func `garbage ends the connection`(bytes: [UInt8]) throws {
        var wire = try Wire()
        try wire.say(bytes)
        #expect(throws: SystemError.self) { try wire.next() }
    }

    @Test func `a mechanism started by hand explains itself`() throws {
        let result = try Command(Command.built("saslauthd-sasldb")).run()
        #expect(result.status == 64)
        #expect(
            result.complaints == "sasldb: only saslauthd(8) starts this program; see saslauthd-mechanism(7)\n"
        )
    }
}
