import Authentication
import Logging
import MuxProtocol
import Synchronization
import Testing

@testable import Frontend

/// Keeps the lines that a logger is given.
final class RecordedLines: LogHandler, Sendable {
    private let recorded = Mutex<[String]>([])
    var lines: [String] { recorded.withLock { $0 } }

    func log(event: LogEvent) {
        recorded.withLock { $0.append("\(event.level): \(event.message)") }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var metadataProvider: Logger.MetadataProvider? {
        get { nil }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
}

@Suite struct AuditLogTests {
    static func line(_ verdict: Verdict, login: ByteString = "bob", realm: ByteString = "", remote: ByteString = "")
        -> [String]
    {
        let recorded = RecordedLines()
        let log = AuditLog(logger: Logger(label: "test") { _ in recorded })
        let request = AuthRequest(
            login: login,
            password: Secret(copying: Array("secret".utf8).span),
            service: "smtp",
            realm: realm,
            remote: remote
        )
        let reply = Reply(to: verdict, of: "sasldb", refusesUnavailable: false)
        log.decided(
            AuditLog.Subject(request, peer: nil),
            verdict,
            reply: reply,
            by: "sasldb",
            Timing(queue: 3, mechanism: 4)
        )
        return recorded.lines
    }

    @Test func `a refusal is the original's line`() {
        #expect(
            Self.line(.refused(.wrongPassword)) == [
                "info: auth failure: [user=bob] [service=smtp] [realm=] [mech=sasldb] [reason=Unknown] [ms=7]"
            ]
        )
    }

    @Test func `a success is the original's line, at debug`() {
        #expect(
            Self.line(.accepted, realm: "example.org") == [
                "debug: auth success: [user=bob] [service=smtp] [realm=example.org] [mech=sasldb] [ms=7]"
            ]
        )
    }

    @Test func `unavailable is no failure of the client's`() {
        #expect(
            Self.line(.unavailable(Unavailability("down"))) == [
                "error: auth unavailable: [user=bob] [service=smtp] [realm=] [mech=sasldb] [reason=down] [ms=7]"
            ]
        )
    }

    @Test func `the client's address stands behind what log watchers match`() {
        #expect(
            Self.line(.refused(.unknownUser), remote: "192.0.2.1;49152")[0].hasSuffix(
                " [remote=192.0.2.1;49152] [ms=7]"
            )
        )
    }

    @Test func `no login can forge a line or a part of one`() {
        let line = Self.line(.refused(.wrongPassword), login: "x] [reason=fine]\nsaslauthd[1]: auth success")
        #expect(line.count == 1)
        #expect(line[0].contains("[user=x\\x5d \\x5breason=fine\\x5d\\nsaslauthd\\x5b1\\x5d: auth success] [service="))
    }
}
