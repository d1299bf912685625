import Authentication
import Foundation
import TestSupport
import Testing

/// Our daemon with the mechanism sasldb, or Dovecot, with the same users.
final class DovecotServer {
    private static let passwords = [
        ("alice", "secret"), ("anne marie", "secret"), ("bob@example.org", "secret"), ("a,b", "secret"),
    ]

    private let folder: TemporaryFolder
    private let dovecot: DovecotAuth?
    private let daemon: Daemon?
    let socket: String

    init(_ make: DovecotCase.Make, mechanisms: [SASLMechanism] = [.plain, .login]) throws {
        folder = try TemporaryFolder()
        switch make {
        case .dovecot:
            let auth = try DovecotAuth(
                Self.passwords.map { (login: $0.0, password: $0.1) },
                mechanisms: mechanisms.map(\.name)
            )
            (dovecot, daemon, socket) = (auth, nil, auth.socket)
        case .ours:
            for (login, password) in Self.passwords {
                let words = ["-p", "-c", "-f", folder.path("sasldb2"), login]
                let result = try Command("/usr/sbin/saslpasswd2", words).run(input: password)
                try #require(result.status == 0, "\(result.complaints)")
            }
            socket = folder.path("auth")
            let names = mechanisms.map { $0.name.lowercased() }.joined(separator: "+")
            daemon = try Daemon.sasldb(.ours, folder.path("sasldb2"), "--dovecot", "\(socket),mechanisms=\(names)")
            dovecot = nil
            let path = socket
            try #require(daemon?.wait { (try? DovecotClient(path, minor: 1)) != nil } == true, "\(daemon?.log ?? "")")
        }
    }
}

/// What both servers send to the same clients, piece by piece.
@Suite struct DovecotWireTests {
    /// The answers so far to the pieces of one case.
    private final class Trial {
        let wireCase: DovecotCase
        let expected: DovecotCase.Course
        let client: DovecotClient
        var lines: [[String]] = []
        var isClosed = false

        init(_ wireCase: DovecotCase, _ expected: DovecotCase.Course, _ socket: String) throws {
            (self.wireCase, self.expected) = (wireCase, expected)
            client = try DovecotClient(socket)
            try #require(client.greeting().last == "DONE")
        }

        private func isLast(_ step: Int) -> Bool { step == wireCase.pieces.count - 1 }

        func send(_ step: Int) throws {
            if step < wireCase.pieces.count { try client.send(wireCase.pieces[step]) }
        }

        func receive(_ step: Int) throws {
            guard step < wireCase.pieces.count else { return }
            var events = client.events(expected.lines[step].count)
            if isLast(step) { events += expected.isClosed ? client.events(10) : try client.linesSoFar() }
            isClosed = isClosed || events.contains(.end) || events.contains(.reset)
            lines.append(events.compactMap { if case .line(let line) = $0 { line } else { nil } }.sorted())
            if events.contains(.silence) { lines.append(["silence"]) }
        }
    }

    @Test(arguments: DovecotCase.Make.available)
    func `what is sent is answered as the table says`(make: DovecotCase.Make) throws {
        let server = try DovecotServer(make)
        let trials = try DovecotCase.all.map { try Trial($0, $0.expected(of: make), server.socket) }
        for step in 0..<(trials.map(\.wireCase.pieces.count).max() ?? 0) {
            // Dovecot has a delay for refusals, so all cases take it together.
            for trial in trials { try trial.send(step) }
            for trial in trials { try trial.receive(step) }
        }
        for trial in trials {
            let course = DovecotCase.Course(lines: trial.lines, isClosed: trial.isClosed)
            #expect(course == trial.expected, "\(trial.wireCase)")
        }
    }

    @Test func `every difference is one, and has a reason`() {
        for wireCase in DovecotCase.all {
            guard let difference = wireCase.difference else { continue }
            #expect(difference.course != wireCase.dovecot && !difference.reason.isEmpty, "\(wireCase)")
        }
        #expect(Set(DovecotCase.all.map(\.description)).count == DovecotCase.all.count)
    }

    @Test(arguments: DovecotCase.Make.available)
    func `the whole greeting comes at once, before the client says anything`(make: DovecotCase.Make) throws {
        let server = try DovecotServer(make)
        var cookies: Set<String> = []
        var connections: Set<String> = []
        for _ in 0..<3 {
            let client = try DovecotClient(server.socket)
            try #require(client.firstPiece().count < 1024, "Radicale reads so much")
            let words = try client.greeting().map { $0.split(separator: "\t").map(String.init) }
            try #require(words.count == 7)
            #expect(
                Array(words[..<3]) == [
                    ["VERSION", "1", "2"], ["MECH", "PLAIN", "plaintext"], ["MECH", "LOGIN", "plaintext"],
                ]
            )
            #expect(words[3...].map { $0[0] } == ["SPID", "CUID", "COOKIE", "DONE"])
            #expect(words[3...].map(\.count) == [2, 2, 2, 1])
            #expect(UInt32(words[3][1]) != nil)
            #expect(words[5][1].count == 32 && words[5][1].allSatisfy { "0123456789abcdef".contains($0) })
            connections.insert(words[4][1])
            cookies.insert(words[5][1])
        }
        #expect(cookies.count == 3 && connections.count == 3)
    }
}
