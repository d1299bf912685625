import Authentication
import Platform
import Testing

@testable import DovecotProtocol

@Suite struct AnswerTests {
    private static let refused = "reason=Authentication failed\n"
    private static let temporary = "temp\tcode=temp_fail\treason=Temporary authentication failure\n"

    /// The answer to request 7 of a client of `minorVersion`.
    private func answer(
        minorVersion: UInt32 = 2,
        _ give: (inout DovecotConnection, RequestKey) -> DovecotAnswer
    ) -> String {
        var trial = Trial(minorVersion: minorVersion)
        let key = trial.begin(7)
        let answer = give(&trial.connection, key)
        #expect(give(&trial.connection, key) == .none, "a request has one answer")
        return answer.text
    }

    @Test(arguments: [0, 1, 2, 3] as [UInt32])
    func `success has the login as it came, and nothing without a value`(minorVersion: UInt32) {
        #expect(
            answer(minorVersion: minorVersion) { $0.accept($1, login: "Alice@Example.org") }
                == "OK\t7\tuser=Alice@Example.org\n"
        )
        #expect(
            answer(minorVersion: minorVersion) { $0.accept($1, login: "alice", finalMessage: "v=x") }
                == "OK\t7\tuser=alice\tresp=dj14\n"
        )
    }

    @Test(arguments: ["", "al\tice", "alice\n", "al\rice", "a\0b", "a\u{1}b", "a\u{7F}", "a\nOK\t8\tuser=root"])
    func `no login that cannot be written is accepted`(login: String) {
        #expect(answer { $0.accept($1, login: ByteString(login)) } == "FAIL\t7\t" + Self.refused)
        #expect(
            answer { $0.reject($1, login: ByteString(login), .refused(.wrongPassword)) } == "FAIL\t7\t" + Self.refused
        )
        #expect(answer { $0.failTemporarily($1, login: ByteString(login)) } == "FAIL\t7\t" + Self.temporary)
    }

    @Test(
        arguments: [
            (.refused(.wrongPassword), "", "", refused), (.refused(.unknownUser), "", "", refused),
            (.refused(.passwordExpired), "pass_expired\t", "code=pass_expired\t", "reason=Password expired\n"),
            (.refused(.accountExpired), "user_disabled\t", "code=user_disabled\t", refused),
            (.refused(.notPermitted), "user_disabled\t", "code=user_disabled\t", refused),
            (.otherIdentity, "authz\t", "code=authz_fail\t", refused),
        ] as [(Rejection, String, String, String)]
    )
    func `each refusal has its code, and the old word for newer clients`(
        rejection: Rejection,
        word: String,
        code: String,
        reason: String
    ) {
        #expect(
            answer(minorVersion: 0) { $0.reject($1, login: "alice", rejection) }
                == "FAIL\t7\tuser=alice\t" + code + reason
        )
        for minorVersion in [1, 2, 9] as [UInt32] {
            #expect(
                answer(minorVersion: minorVersion) { $0.reject($1, login: "alice", rejection) }
                    == "FAIL\t7\tuser=alice\t" + word + code + reason
            )
        }
        #expect(answer(minorVersion: 0) { $0.reject($1, login: nil, rejection) } == "FAIL\t7\t" + code + reason)
    }

    @Test func `an unknown user and a wrong password look alike`() {
        let answers = [Refusal.unknownUser, .wrongPassword].map { refusal in
            answer { $0.reject($1, login: "alice", .refused(refusal)) }
        }
        #expect(answers[0] == answers[1])
    }

    @Test func `a challenge has a third word even when it is empty`() {
        #expect(answer { $0.challenge(Span(), to: $1, now: .init(nanoseconds: 0)) } == "CONT\t7\t\n")
        let message = Array("Username:".utf8)
        #expect(
            answer { $0.challenge(message.span, to: $1, now: .init(nanoseconds: 0)) } == "CONT\t7\tVXNlcm5hbWU6\n"
        )
    }

    @Test(
        arguments: [
            (.automatic, 0, true), (.automatic, 1, false), (.automatic, 2, false), (.close, 0, true), (.close, 1, true),
            (.fail, 0, false), (.fail, 1, false),
        ] as [(UnavailableAnswer, UInt32, Bool)]
    )
    func `without a verdict the connection is closed, or the line says so`(
        unavailable: UnavailableAnswer,
        minorVersion: UInt32,
        closes: Bool
    ) {
        var trial = Trial(minorVersion: minorVersion, [.plain], unavailable)
        let key = trial.begin(7)
        let answer = trial.connection.failTemporarily(key, login: "alice")
        #expect(answer.text == (closes ? "close" : "FAIL\t7\tuser=alice\t" + Self.temporary))
        #expect(trial.connection.isClosed == closes)
    }

    @Test func `the connection is not closed while another request is in flight`() {
        var trial = Trial(minorVersion: 0)
        let (first, second) = (trial.begin(1), trial.begin(2))
        #expect(
            trial.connection.failTemporarily(first, login: "alice").text == "FAIL\t1\tuser=alice\t" + Self.temporary
        )
        #expect(trial.connection.failTemporarily(second, login: "bob").text == "close")
    }

    @Test func `nothing is answered after the connection is closed`() {
        var trial = Trial()
        let key = trial.begin(7)
        trial.connection.close()
        #expect(trial.connection.accept(key, login: "alice") == .none)
        #expect(trial.connection.reject(key, login: nil, .otherIdentity) == .none)
        #expect(trial.connection.failTemporarily(key, login: nil) == .none)
        #expect(trial.connection.expire(now: .init(nanoseconds: .max)) == [])
    }

    @Test func `an exchange that waits for its client is not answered`() {
        var trial = Trial()
        let key = trial.beginAndChallenge(7)
        #expect(trial.connection.accept(key, login: "alice") == .none)
        _ = trial.feed("CONT\t7\t\n")
        #expect(trial.connection.accept(key, login: "alice") != .none)
    }
}
