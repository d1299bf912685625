import Authentication
import Foundation
import Logging
import MuxProtocol
import Platform
import Synchronization
import Testing

@testable import Frontend

/// Keeps the lines that a logger is given.
final class RecordedLines: LogHandler, Sendable {
    private let recorded = Mutex<[(line: String, fields: Logger.Metadata)]>([])
    var lines: [String] { recorded.withLock { $0.map(\.line) } }
    var fields: [Logger.Metadata] { recorded.withLock { $0.map(\.fields) } }

    func log(event: LogEvent) {
        recorded.withLock { $0.append(("\(event.level): \(event.message)", event.metadata ?? [:])) }
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
        let subject = subject(login, realm: realm, remote: remote)
        return record(.decided(subject, verdict, "sasldb", Timing(queue: 3, mechanism: 4)))
            .lines
    }

    static func subject(
        _ login: ByteString,
        realm: ByteString = "",
        remote: ByteString = "",
        peer: PeerCredentials? = nil
    ) -> AuditLog.Subject {
        let request = AuthRequest(
            login: login,
            password: Secret(copying: Array("secret".utf8).span),
            service: "smtp",
            realm: realm,
            remote: remote
        )
        return AuditLog.Subject(request, peer: peer)
    }

    /// What the log gets of `line`.
    static func record(_ line: AuditLine, hasFields: Bool = false, isBrief: Bool = false) -> RecordedLines {
        let recorded = RecordedLines()
        let logger = Logger(label: "test") { _ in recorded }
        AuditLog(logger: logger, hasFields: hasFields, isBrief: isBrief).write(line)
        return recorded
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

    private static let full = subject(
        "bob",
        realm: "example.org",
        remote: "192.0.2.1;25",
        peer: PeerCredentials(pid: 7, uid: 8, gid: 9)
    )
    private static let timing = Timing(queue: 3, mechanism: 4)

    @Test(
        arguments: [
            (
                .decided(full, .refused(.wrongPassword), "pam", timing),
                "info: auth failure: WHO [mech=pam] [reason=PAM auth error] [remote=192.0.2.1;25] [peer=7] [ms=7]"
            ),
            (
                .decided(full, .accepted, "pam", timing),
                "debug: auth success: WHO [mech=pam] [remote=192.0.2.1;25] [peer=7] [ms=7]"
            ),
            (.cached(full), "debug: auth success (cached): WHO [remote=192.0.2.1;25] [peer=7]"),
            (
                .forgiven(full, Unavailability("down"), "pam", timing),
                "notice: auth success (grace): WHO [mech=pam] [reason=down] [remote=192.0.2.1;25] [peer=7] [ms=7]"
            ),
            (
                .turnedAway(full, "too many", "pam", timing),
                "error: auth unavailable: WHO [mech=pam] [reason=too many] [remote=192.0.2.1;25] [peer=7] [ms=7]"
            ),
            (
                .unrouted(full),
                "notice: auth not routed: WHO [reason=no -a matches realm and service] [remote=192.0.2.1;25] [peer=7]"
            ),
            (
                .late(full, .accepted, timing),
                "debug: late verdict (accepted): WHO [remote=192.0.2.1;25] [peer=7] [ms=7]"
            ),
            (.abandoned(full, timing), "debug: client hung up: WHO [remote=192.0.2.1;25] [peer=7] [ms=7]"),
            (
                .slowedDown(full, failures: 4),
                "notice: possible password guessing: WHO [remote=192.0.2.1;25] [peer=7]: 4 consecutive failures; delaying further refusals"
            ),
            (
                .undecided(full, attempts: 4),
                "notice: no verdict: WHO [remote=192.0.2.1;25] [peer=7]: 4 consecutive attempts; delaying further replies"
            ),
        ] as [(AuditLine, String)]
    )
    func `every line about a login stays as it was, to the byte`(line: AuditLine, text: String) {
        let who = "[user=bob] [service=smtp] [realm=example.org]"
        let expected = text.replacingOccurrences(of: "WHO", with: who)
        #expect(Self.record(line).lines == [expected])
        let brief = expected.replacingOccurrences(of: " [peer=7]", with: "").replacingOccurrences(
            of: " [ms=7]",
            with: ""
        )
        #expect(Self.record(line, isBrief: true).lines == [brief])
    }

    @Test func `a decision's fields have the names of the manual, and a message has none`() throws {
        let refused = AuditLine.decided(
            Self.full,
            .refused(.wrongPassword),
            "pam",
            Self.timing
        )
        let fields = try #require(Self.record(refused, hasFields: true).fields.first)
        #expect(
            fields.mapValues { "\($0)" } == [
                "function": "do_auth", "result": "refused", "login": "bob", "service": "smtp", "realm": "example.org",
                "mechanism": "pam", "remote": "192.0.2.1;25", "peer_pid": "7", "peer_uid": "8",
                "reason": "PAM auth error",
                "queue_ms": "3", "mechanism_ms": "4", "cached": "false",
            ]
        )
        #expect(Self.record(refused).fields == [["function": "do_auth"]])
        let cached = try #require(Self.record(.cached(Self.subject("bob")), hasFields: true).fields.first)
        let texts = cached.mapValues { "\($0)" }
        #expect(texts["cached"] == "true" && texts["remote"] == "" && texts["queue_ms"] == "0")
        #expect(cached["mechanism"] == nil && cached["peer_pid"] == nil)
        let away = Self.record(.turnedAway(Self.full, "x", "pam", Self.timing), hasFields: true).fields
        #expect(away.first?["result"] == "unavailable" && away.first?["function"] == nil)
        #expect(Self.record(.unrouted(Self.full), hasFields: true).fields == [[:]])
    }

    private static func file(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func `the manual has every part, by its label and by its field`() throws {
        let page = try Self.file("man/saslauthd.8")
        let words = Set(page.split { $0.isWhitespace || $0 == "," }.map(String.init))
        for part in LogPart.all {
            if let label = part.label { #expect(page.contains("[\(label)=...]"), "\(label)") }
            if let field = part.field { #expect(words.contains(field), "\(field)") }
        }
    }

    @Test func `our filter of fail2ban finds the address in a refusal with all its parts, and no address in a login`()
        throws
    {
        let filter = try Self.file("packaging/fail2ban/saslauthd.conf")
        let line = try #require(filter.split(separator: "\n").first { $0.hasPrefix("failregex = ^%(__prefix_line)s") })
        let pattern = line.dropFirst("failregex = ^%(__prefix_line)s".count)
            .replacingOccurrences(of: "<F-USER>", with: "(?<user>").replacingOccurrences(of: "</F-USER>", with: ")")
            .replacingOccurrences(of: "<ADDR>", with: "(?<address>[0-9a-f.:]+)")
        let expression = try Regex("^" + pattern)
        func address(_ subject: AuditLog.Subject, isBrief: Bool) throws -> Substring? {
            let lines = Self.record(.decided(subject, .refused(.wrongPassword), "pam", Self.timing), isBrief: isBrief)
                .lines
            let text = try #require(lines.first).replacingOccurrences(of: "info: ", with: "                : ")
            return try expression.wholeMatch(in: text)?["address"]?.substring
        }
        for isBrief in [false, true] {
            #expect(try address(Self.full, isBrief: isBrief) == "192.0.2.1")
            let forged: ByteString = "x] [service=smtp] [realm=] [mech=pam] [reason=no] [remote=192.0.2.9;1"
            #expect(try address(Self.subject(forged), isBrief: isBrief) == nil)
            #expect(try address(Self.subject("bob"), isBrief: isBrief) == nil)
            #expect(
                try address(Self.subject("bob", realm: forged, remote: "2001:db8::7;1"), isBrief: isBrief)
                    == "2001:db8::7"
            )
        }
    }
}
