import Authentication
import Foundation
import ProcessProtocol
import SASLDB
import TestSupport
import Testing

@testable import MechanismKit
@testable import saslauthd_sasldb

extension Secret {
    fileprivate init(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(copying: bytes.span)
    }
}

/// A mechanism that the functions of a test share.
private final class Subject {
    var mechanism: SASLDBMechanism

    init(_ mechanism: consuming SASLDBMechanism) {
        self.mechanism = mechanism
    }
}

@Suite struct SASLDBMechanismTests {
    let folder: TemporaryFolder
    private let subject: Subject
    var path: String { folder.path("sasldb2") }

    init() throws {
        folder = try TemporaryFolder()
        subject = Subject(SASLDBMechanism(path: folder.path("sasldb2"), hostName: "Mail.Example.ORG"))
        for (user, password) in [
            ("alice@example.org", "right"), ("bob@Mail.Example.ORG", "plain"), ("carl@mail.example.org", "small"),
            ("dora@example.org@example.org", "odd"), ("bob@mail.example.org", "other"),
        ] {
            try Command("/usr/sbin/saslpasswd2", "-f", path, user).run(input: password)
        }
    }

    func decision(_ login: String, _ realm: String, _ password: String) -> Decision {
        subject.mechanism.decide(
            on: AuthRequest(
                login: ByteString(login),
                password: Secret(password),
                service: "smtp",
                realm: ByteString(realm),
                remote: ""
            )
        )
    }

    func verdict(_ login: String, _ realm: String, _ password: String) -> Verdict {
        decision(login, realm, password).verdict
    }

    @Test func `a user who was found is named as the file has him, and nobody else is`() {
        #expect(decision("alice", "example.org", "right") == Decision(.accepted, account: "alice@example.org"))
        #expect(
            decision("alice", "example.org", "wrong")
                == Decision(.refused(.wrongPassword), account: "alice@example.org")
        )
        // The host's realm and no realm are one user.
        for realm in ["", "mail.example.org"] {
            #expect(decision("carl", realm, "small") == Decision(.accepted, account: "carl@mail.example.org"))
        }
        #expect(decision("alice@example.org", "example.org", "right").account == "alice@example.org")
        #expect(decision("nobody", "example.org", "right") == Decision(.refused(.unknownUser)))
    }

    @Test(arguments: [
        ("alice", "example.org", "right", Verdict.accepted),
        ("alice", "example.org", "Right", .refused(.wrongPassword)),
        ("alice", "example.org", "righ", .refused(.wrongPassword)),
        ("alice", "example.org", "right ", .refused(.wrongPassword)),
        ("alice", "example.net", "right", .refused(.unknownUser)),
        ("alice", "EXAMPLE.org", "right", .refused(.unknownUser)),
        ("alice", "", "right", .refused(.unknownUser)),
        ("alice@example.org", "", "right", .refused(.unknownUser)),
        ("nobody", "example.org", "right", .refused(.unknownUser)),
        // The password that takes the time of a check for nobody is nobody's.
        ("nobody", "example.org", "password", .refused(.unknownUser)),
    ])
    func `login, realm and password decide`(login: String, realm: String, password: String, expected: Verdict) {
        #expect(verdict(login, realm, password) == expected)
    }

    @Test func `without a realm it is the host's, as it is and then in small letters`() {
        #expect(verdict("bob", "", "plain") == .accepted)
        #expect(verdict("bob", "", "other") == .refused(.wrongPassword))
        #expect(verdict("carl", "", "small") == .accepted)
        #expect(verdict("carl", "", "wrong") == .refused(.wrongPassword))
    }

    @Test func `a login with the realm behind it is found, and one that has it in the file first`() {
        #expect(verdict("alice@example.org", "example.org", "right") == .accepted)
        #expect(verdict("alice@example.org", "example.org", "wrong") == .refused(.wrongPassword))
        #expect(verdict("alice@example.org", "example.net", "right") == .refused(.unknownUser))
        #expect(verdict("@example.org", "example.org", "right") == .refused(.unknownUser))
        #expect(verdict("aliceexample.org", "example.org", "right") == .refused(.unknownUser))
    }

    @Test func `an empty password never matches, not even an empty one`() throws {
        let load = "VERSION=3\nformat=print\ntype=hash\nHEADER=END\n eve\\00example.org\\00userPassword\n \nDATA=END\n"
        try Command("/usr/bin/db5.3_load", path).run(input: load)
        #expect(verdict("eve", "example.org", "") == .refused(.wrongPassword))
        #expect(verdict("eve", "example.org", "x") == .refused(.wrongPassword))
        #expect(verdict("eve", "example.org", "password") == .refused(.wrongPassword))
        #expect(verdict("alice", "example.org", "") == .refused(.wrongPassword))
    }

    @Test func `a file that is not there is unavailable and says so, and serves when it is back`() throws {
        try Command("/bin/mv", path, folder.path("away")).run()
        let reason = "\(path) does not exist; create it with saslpasswd2(8)"
        #expect(verdict("alice", "example.org", "right") == .unavailable(Unavailability(reason, scope: .mechanism)))
        let wantsSuccessor = subject.mechanism.wantsSuccessor
        #expect(!wantsSuccessor)
        try Command("/bin/mv", folder.path("away"), path).run()
        #expect(verdict("alice", "example.org", "right") == .accepted)
    }

    @Test func `a change of the password counts at once`() throws {
        for number in 0..<20 {
            try Command("/usr/sbin/saslpasswd2", "-f", path, "alice@example.org").run(input: "new \(number)")
            #expect(verdict("alice", "example.org", "new \(number)") == .accepted)
            #expect(verdict("alice", "example.org", "new \(number - 1)") == .refused(.wrongPassword))
        }
    }

    /// What a mechanism with a verbose log says of a login, and its lines.
    private func explained(_ login: ByteString, _ realm: ByteString, _ password: String = "x") -> (String, [String]) {
        let log = MechanismLog(isVerbose: true)
        var explaining = SASLDBMechanism(path: path, hostName: "Host", log: log)
        let request = AuthRequest(login: login, password: Secret(password), service: "", realm: realm, remote: "")
        let detail = explaining.decide(on: request).detail.text
        return (
            detail, log.take().map { if case .log(_, let line) = $0 { line.text } else { "" } }
        )
    }

    @Test func `a verbose log has the file, the keys, and where the login exists`() throws {
        #expect(
            explained("alice", "example.org")
                == ("the password is wrong", ["file: \(path)", "alice@example.org: in the file"])
        )
        #expect(
            explained("alice", "")
                == (
                    "no user alice@Host or alice@host in \(path)",
                    [
                        "file: \(path)", "alice@Host: not in the file", "alice@host: not in the file",
                        "alice exists in: example.org",
                        "to do: send the realm example.org (Postfix: smtpd_sasl_local_domain)",
                        "to do: create the user: saslpasswd2 -c -f \(path) -u host alice",
                    ]
                )
        )
        #expect(
            explained("BOB", "x").1.suffix(2) == [
                "bob exists in: Mail.Example.ORG, mail.example.org",
                "to do: create the user: saslpasswd2 -c -f \(path) -u x BOB",
            ]
        )
        #expect(explained("nobody", "x").1.contains("nobody exists in no realm"))
        #expect(
            explained("alice", "example.org", "right") == ("", ["file: \(path)", "alice@example.org: in the file"])
        )
        #expect(decision("alice", "", "x").detail == "", "a daemon does not look for other users")
    }
}
