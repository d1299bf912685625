import Authentication
import Digests
import Testing

@testable import SASLExchange

/// The client's messages, and what it takes from a server.
@Suite struct ClientExchangeTests {
    private static let scram = [SASLMechanism.scramSHA1, .scramSHA256]
    /// A challenge without the nonce.
    private static let rest = ",s=QSXCR+Q6sek8bf92,i=4096"

    private func exchange(
        _ mechanism: SASLMechanism,
        _ login: String = "user",
        _ password: String = "pencil",
        nonce: String = "abc"
    ) -> ClientTrial {
        let credentials = ClientCredentials(
            login: ByteString(login),
            password: Secret(copying: Array(password.utf8).span)
        )
        return ClientTrial(SASLClientExchange(mechanism, credentials, nonce: ClientNonce(text: nonce)))
    }

    @Test(arguments: SCRAMVectorTests.examples)
    func `the messages of SCRAM are those of the RFC`(example: SCRAMVectorTests.Example) throws {
        let nonce = try #require(example.first.split(separator: "r=").last)
        var trial = exchange(example.mechanism, nonce: String(nonce))
        #expect(trial.begin() == example.first)
        #expect(trial.receive(example.serverFirst) == .message(example.final))
        #expect(trial.receive(example.serverFinal) == .message(""))
        #expect(trial.accepted() == nil)
    }

    @Test func `the message of CRAM-MD5 is that of RFC 2195`() {
        var trial = exchange(.cramMD5, "tim", "tanstaaftanstaaf")
        #expect(trial.begin() == nil)
        #expect(
            trial.receive("<1896.697170952@postoffice.reston.mci.net>")
                == .message("tim b913a602c7eda7a495b4e6e7334d3890")
        )
        #expect(trial.accepted() == nil)
    }

    @Test func `PLAIN is one message, and LOGIN two`() {
        var plain = exchange(.plain)
        #expect(plain.begin() == "\0user\0pencil")
        #expect(plain.accepted() == nil)
        var login = exchange(.login)
        #expect(login.begin() == nil)
        #expect(login.receive("Username:") == .message("user"))
        #expect(login.receive("Password:") == .message("pencil"))
        #expect(login.receive("Password:") == .failure(.unexpectedChallenge))
    }

    @Test func `commas and equals signs in a login are encoded`() {
        var trial = exchange(.scramSHA256, "a,b=c é", nonce: "abc")
        #expect(trial.begin() == "n,,n=a=2Cb=3Dc é,r=abc")
    }

    @Test(arguments: SASLMechanism.allCases, ["pencil", "", "a,b=c é"])
    func `the server of this module takes what its client sends, and no other password`(
        mechanism: SASLMechanism,
        password: String
    ) {
        for login in ["user", "a,b=c é"] {
            #expect(ClientTrial.meets(mechanism, login, password, kept: password) == !password.isEmpty)
            #expect(!ClientTrial.meets(mechanism, login, password + "x", kept: password))
            #expect(!ClientTrial.meets(mechanism, login, "", kept: "pencil"))
        }
    }

    @Test(arguments: scram)
    func `the keys for a salt are kept, and those for another one are computed`(mechanism: SASLMechanism) throws {
        let algorithm = try #require(mechanism.scramAlgorithm)
        let password = Array("pencil".utf8)
        let credentials = ClientCredentials(login: "user", password: Secret(copying: password.span))
        let text = Array("text".utf8)
        for (salt, rounds) in [("one", 4096), ("one", 4096), ("two", 4096), ("two", 4097), ("one", 4096)] {
            let bytes = Array(salt.utf8)
            let parameters = SCRAMParameters(salt: ByteString(salt), rounds: UInt32(rounds))
            let answer = credentials.answer(mechanism, parameters, to: text.span)
            let keys = SCRAMKeys(algorithm, password: password.span, salt: bytes.span, rounds: rounds)
            guard let answer, let keys else {
                Issue.record("no answer")
                return
            }
            switch keys.verify(proof: answer.proof.span, of: text.span) {
            case .proven(let signature):
                #expect(ByteString(copying: signature.span) == answer.serverSignature)
            case .differs: Issue.record("the proof is wrong")
            case .failed: Issue.record("the proof could not be checked")
            }
        }
    }

    // MARK: Servers that are faulty, or not who they seem to be

    @Test(
        arguments: [
            ("r=abcdef", nil), ("r=abc", .foreignNonce), ("r=abdef", .foreignNonce), ("r=xabcdef", .foreignNonce),
            ("r=ab", .foreignNonce), ("r=abc def", .foreignNonce), ("r=abc\u{7F}", .foreignNonce),
            ("m=x,r=abcdef", .malformedChallenge), ("abcdef", .malformedChallenge), ("", .malformedChallenge),
            ("r=abc\0def", .malformedChallenge),
        ] as [(String, SASLClientFailure?)]
    )
    func `the server's nonce extends the client's`(nonce: String, failure: SASLClientFailure?) {
        var trial = exchange(.scramSHA256)
        _ = trial.begin()
        #expect(trial.receive(nonce + Self.rest).failure == failure)
    }

    @Test(
        arguments: [
            ("s=QSXCR+Q6sek8bf92,i=4096", nil), ("s=QQ==,i=65536,x=y", nil), ("s=QQ==,i=4095", .rounds(4095)),
            ("s=QQ==,i=1", .rounds(1)), ("s=QQ==,i=65537", .rounds(65_537)),
            ("s=QQ==,i=4294967295", .rounds(.max)), ("s=QQ==,i=4294967296", .malformedChallenge),
            ("s=QQ==,i=0", .malformedChallenge), ("s=QQ==,i=04096", .malformedChallenge),
            ("s=QQ==,i=+4096", .malformedChallenge), ("s=QQ==,i=", .malformedChallenge),
            ("s=QQ==", .malformedChallenge),
            ("s=,i=4096", .malformedChallenge), ("s=QQ,i=4096", .malformedChallenge),
            ("s=!,i=4096", .malformedChallenge),
            ("i=4096,s=QQ==", .malformedChallenge), ("s=QQ==,i=4096,", .malformedChallenge),
        ] as [(String, SASLClientFailure?)]
    )
    func `salt and rounds are within limits`(rest: String, failure: SASLClientFailure?) {
        for mechanism in Self.scram {
            var trial = exchange(mechanism)
            _ = trial.begin()
            #expect(trial.receive("r=abcdef," + rest).failure == failure)
            // After an error nothing more is sent.
            if failure != nil { #expect(trial.receive("r=abcdef" + Self.rest).failure == .unexpectedChallenge) }
        }
    }

    @Test(
        arguments: [
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", nil),
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,x=y", nil),
            ("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", .unproven), ("v=", .unproven),
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4", .unproven), ("v=QQ==", .unproven),
            ("", .malformedChallenge), ("x=y", .malformedChallenge),
        ] as [(String, SASLClientFailure?)]
    )
    func `a server that has not the password is found out`(message: String, failure: SASLClientFailure?) throws {
        let example = try #require(SCRAMVectorTests.examples.last)
        var trial = exchange(.scramSHA256, nonce: "rOprNGfwEbeRWgbNEkqO")
        _ = trial.begin()
        _ = trial.receive(example.serverFirst)
        #expect(trial.receive(message).failure == failure)
        #expect(trial.accepted() == (failure == nil ? nil : .unasked))
    }

    @Test func `an acceptance without the signature, or after an error, does not count`() {
        for error in [nil, "e=other-error"] {
            var trial = exchange(.scramSHA256)
            _ = trial.begin()
            _ = trial.receive("r=abcdef" + Self.rest)
            if let error { #expect(trial.receive(error) == .message("")) }
            #expect(trial.accepted() == .unproven)
        }
    }

    @Test func `an acceptance before the password was asked for does not count`() {
        for mechanism in SASLMechanism.allCases where mechanism != .plain {
            var trial = exchange(mechanism)
            _ = trial.begin()
            #expect(trial.accepted() == .unasked)
        }
        var login = exchange(.login)
        _ = login.begin()
        _ = login.receive("Username:")
        #expect(login.accepted() == .unasked)
    }

    @Test func `nothing is sent after the last message`() {
        var plain = exchange(.plain)
        _ = plain.begin()
        #expect(plain.receive("").failure == .unexpectedChallenge)
        var digest = exchange(.cramMD5)
        _ = digest.begin()
        _ = digest.receive("<1@h>")
        #expect(digest.receive("<1@h>").failure == .unexpectedChallenge)
    }

    @Test(arguments: SASLMechanism.allCases)
    func `no message is longer than said`(mechanism: SASLMechanism) {
        for (login, password) in [("user", "pencil"), ("a,b=c", ""), ("", "pencil")] {
            let credentials = ClientCredentials(
                login: ByteString(login),
                password: Secret(copying: Array(password.utf8).span)
            )
            let nonce = ClientNonce(random: [UInt8](repeating: 255, count: ClientNonce.length))
            var trial = ClientTrial(SASLClientExchange(mechanism, credentials, nonce: nonce))
            var messages = [trial.begin() ?? ""]
            if mechanism == .login || mechanism == .cramMD5 {
                for _ in 0..<2 {
                    if case .message(let text) = trial.receive("x") { messages.append(text) }
                }
            }
            #expect(messages.map(\.utf8.count).max() == credentials.longestMessage(mechanism))
        }
    }
}
