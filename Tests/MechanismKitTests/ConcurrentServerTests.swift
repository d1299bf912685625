import Authentication
import EventLoop
import Platform
import ProcessProtocol
import Testing

@testable import MechanismKit

/// Answers once it has all requests: the last first.
private final class Patient: ConcurrentMechanism {
    private let count: Int
    private let log: MechanismLog
    private var answers: [Answer] = []

    init(answersAfter count: Int, _ log: MechanismLog) {
        self.count = count
        self.log = log
    }

    func begin(_ request: consuming AuthRequest, _ answer: Answer) {
        answers.append(answer)
        guard answers.count == count else { return }
        log.notice("enough")
        for answer in answers.reversed() { answer(.accepted) }
        answers = []
    }
}

/// Keeps its answers.
private final class Late: ConcurrentMechanism {
    private(set) var answers: [Answer] = []

    func begin(_ request: consuming AuthRequest, _ answer: Answer) { answers.append(answer) }
}

@Suite struct ConcurrentServerTests {
    private func frame(_ id: UInt32) -> [UInt8] {
        let secret: [UInt8] = [1]
        return RequestFrame.encode(
            id: id,
            AuthRequest(login: "a", password: Secret(copying: secret.span), service: "", realm: "", remote: "")
        )
    }

    @Test func `requests wait for each other, their verdicts come in the order of the mechanism, behind the log`()
        throws
    {
        let pair = try SocketPair()
        let loop = try EventLoop()
        let log = MechanismLog(isVerbose: false)
        let connection = WorkerConnection(try OwnedDescriptor.copy(of: pair.far.rawValue))
        let frontend = pair.intoNear()
        let bytes = frame(1) + frame(2) + frame(3)
        try frontend.writeAll(bytes.span)
        frontend.endOutput()
        let server = ConcurrentServer(connection, mechanism: Patient(answersAfter: 3, log), loop: loop, log: log)
        try server.serve()
        let expected =
            MechanismMessage.log(.notice, "enough").encoded
            + [3, 2, 1].flatMap { MechanismMessage.verdict(id: $0, .accepted, delay: 0).encoded }
        #expect(try frontend.readAll(limit: expected.count) == expected)
    }

    @Test func `an answer after the end is dropped`() throws {
        let pair = try SocketPair()
        let mechanism = Late()
        let connection = WorkerConnection(try OwnedDescriptor.copy(of: pair.far.rawValue))
        let frontend = pair.intoNear()
        let bytes = frame(1)
        try frontend.writeAll(bytes.span)
        frontend.endOutput()
        let log = MechanismLog(isVerbose: false)
        do { try ConcurrentServer(connection, mechanism: mechanism, loop: EventLoop(), log: log).serve() }
        #expect(mechanism.answers.count == 1)
        for answer in mechanism.answers { answer(.accepted) }
        #expect(try frontend.readAll(limit: 100) == [])
    }

    @Test func `garbage ends it`() throws {
        let pair = try SocketPair()
        let loop = try EventLoop()
        let log = MechanismLog(isVerbose: false)
        let connection = WorkerConnection(try OwnedDescriptor.copy(of: pair.far.rawValue))
        let frontend = pair.intoNear()
        let bytes: [UInt8] = [0, 0, 0, 0]
        try frontend.writeAll(bytes.span)
        let server = ConcurrentServer(connection, mechanism: Patient(answersAfter: 1, log), loop: loop, log: log)
        #expect(throws: SystemError.self) { try server.serve() }
    }
}
