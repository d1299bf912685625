import Authentication
import Digests
import Testing

@testable import SASLExchange

@Suite struct SCRAMExchangeTests {
    static let mechanisms = [SASLMechanism.scramSHA1, .scramSHA256]
    static let parameters = SCRAMParameters(salt: "0123456789abcdef", rounds: 4096)
    static let first = "n,,n=alice,r=abc"
    static let serverFirst = "r=abc\(Trial.nonce),s=MDEyMzQ1Njc4OWFiY2RlZg==,i=4096"
    static let withoutProof = "c=biws,r=abc\(Trial.nonce)"

    private func length(_ mechanism: SASLMechanism) -> Int { mechanism.scramAlgorithm?.length ?? 0 }

    /// An exchange that waits for the client's last message.
    private func trial(
        _ mechanism: SASLMechanism = .scramSHA256,
        first: String = first,
        acceptsFinalMessage: Bool = false
    ) -> Trial {
        var trial = Trial(mechanism, acceptsFinalMessage: acceptsFinalMessage)
        _ = trial.begin(first)
        _ = trial.prepared(Self.parameters)
        return trial
    }

    /// The step after the client's last message.
    private func result(_ final: String, first: String = first) -> Step {
        var trial = trial(first: first)
        return trial.receive(final)
    }

    private static let proof = base64([UInt8](repeating: 7, count: 32))

    @Test(arguments: mechanisms, [true, false])
    func `a login takes two messages of the client`(mechanism: SASLMechanism, isInitial: Bool) {
        var trial = Trial(mechanism)
        if isInitial {
            #expect(trial.begin(Self.first) == .prepare(mechanism, "alice"))
        } else {
            #expect(trial.begin(nil) == .challenge(""))
            #expect(trial.receive(Self.first) == .prepare(mechanism, "alice"))
        }
        #expect(trial.prepared(Self.parameters) == .challenge(Self.serverFirst))
        let proof = [UInt8](repeating: 7, count: length(mechanism))
        #expect(
            trial.receive("\(Self.withoutProof),p=\(base64(proof))")
                == .prove(
                    mechanism,
                    "alice",
                    Self.parameters,
                    text: "n=alice,r=abc,\(Self.serverFirst),\(Self.withoutProof)",
                    proof: proof
                )
        )
        let signature = [UInt8](repeating: 9, count: length(mechanism))
        #expect(trial.accepted(signature) == .challenge("v=\(base64(signature))"))
        #expect(trial.receive("") == .accepted("alice", nil))
        #expect(trial.receive("") == .failed(.unexpected, nil))
    }

    @Test(arguments: mechanisms)
    func `a client that takes it gets the last message with the answer`(mechanism: SASLMechanism) {
        var trial = trial(mechanism, acceptsFinalMessage: true)
        let bytes = [UInt8](repeating: 7, count: length(mechanism))
        _ = trial.receive("\(Self.withoutProof),p=\(base64(bytes))")
        #expect(trial.accepted(bytes) == .accepted("alice", "v=\(base64(bytes))"))
        #expect(trial.receive("") == .failed(.unexpected, nil))
    }

    @Test(arguments: ["x", "=", "\0"])
    func `the last message of the server is acknowledged with nothing else`(message: String) {
        var trial = trial()
        _ = trial.receive("\(Self.withoutProof),p=\(Self.proof)")
        _ = trial.accepted([UInt8](repeating: 9, count: 32))
        #expect(trial.receive(message) == .failed(.unexpected, "alice"))
        #expect(trial.receive("") == .failed(.unexpected, nil))
    }

    @Test(arguments: [0, 1, 20, 31, 33])
    func `success without a whole signature is not accepted`(count: Int) {
        var trial = trial()
        _ = trial.receive("\(Self.withoutProof),p=\(Self.proof)")
        #expect(trial.accepted([UInt8](repeating: 9, count: count)) == .failed(.unusableAnswer, "alice"))
        #expect(trial.receive("") == .failed(.unexpected, nil))
    }

    @Test(
        arguments: [
            ("n,,n=alice,r=abc", "alice"), ("y,,n=alice,r=abc", "alice"), ("n,a=alice,n=alice,r=abc", "alice"),
            ("n,,n=a=2Cb=3Dc,r=abc", "a,b=c"), ("n,a=a=2Cb,n=a=2Cb,r=abc", "a,b"), ("n,,n==3D2C,r=abc", "=2C"),
            ("n,,n=alice@example.org,r=!", "alice@example.org"), ("n,,n=a b,r=~-=", "a b"),
            ("n,,n=jürgen,r=x", "jürgen"),
            ("n,,n=alice,r=abc,x=1", "alice"), ("n,,n=alice,r=abc,x=1,Y==", "alice"),
            ("n,,n=alice,r=abc,n=bob", "alice"),
        ] as [(String, ByteString)]
    )
    func `the first message names the login`(message: String, login: ByteString) {
        var trial = Trial(.scramSHA256)
        #expect(trial.begin(message) == .prepare(.scramSHA256, login))
    }

    @Test(
        arguments: [
            // Channel binding and extensions.
            ("p=tls-unique,,n=alice,r=abc", .unsupported, nil), ("p=,,n=alice,r=abc", .unsupported, nil),
            ("n,,m=x,n=alice,r=abc", .unsupported, nil), ("n,,n=alice,r=abc,m=x", .unsupported, "alice"),
            ("p,,n=alice,r=abc", .malformed, nil), ("N,,n=alice,r=abc", .malformed, nil),
            ("Y,,n=alice,r=abc", .malformed, nil), (",,n=alice,r=abc", .malformed, nil),
            ("nn,,n=alice,r=abc", .malformed, nil),
            // The header.
            ("", .malformed, nil), ("n", .malformed, nil), ("n,", .malformed, nil), ("n,,", .malformed, nil),
            ("n=alice,r=abc", .malformed, nil), ("n,n=alice,r=abc", .malformed, nil),
            ("n,x,n=alice,r=abc", .malformed, nil),
            ("n,b=alice,n=alice,r=abc", .malformed, nil), ("n,a,n=alice,r=abc", .malformed, nil),
            // Somebody else.
            ("n,a=bob,n=alice,r=abc", .otherIdentity, "alice"), ("n,a=Alice,n=alice,r=abc", .otherIdentity, "alice"),
            ("n,a=,n=alice,r=abc", .otherIdentity, "alice"), ("n,a==2c,n=alice,r=abc", .malformed, nil),
            // The name.
            ("n,,n=,r=abc", .emptyLogin, nil), ("n,,n=a=,r=abc", .malformed, nil), ("n,,n=a=2,r=abc", .malformed, nil),
            ("n,,n=a=2c,r=abc", .malformed, nil), ("n,,n=a=3d,r=abc", .malformed, nil),
            ("n,,n=a=41,r=abc", .malformed, nil),
            ("n,,n=a=b,r=abc", .malformed, nil), ("n,,n=al\tice,r=abc", .unprintableLogin, nil),
            ("n,,n=al\0ice,r=abc", .malformed, nil), ("n,,N=alice,r=abc", .malformed, nil),
            // The nonce.
            ("n,,n=alice", .malformed, nil), ("n,,n=alice,", .malformed, nil), ("n,,n=alice,r=", .malformed, "alice"),
            ("n,,r=abc,n=alice", .malformed, nil), ("n,,n=alice,r=a b", .malformed, "alice"),
            ("n,,n=alice,r=a\u{7F}", .malformed, "alice"), ("n,,n=alice,r=ä", .malformed, "alice"),
            ("n,,n=alice,R=abc", .malformed, nil), ("n,,n=alice,x=1,r=abc", .malformed, nil),
            // What follows the nonce.
            ("n,,n=alice,r=abc,", .malformed, "alice"), ("n,,n=alice,r=abc,x", .malformed, "alice"),
            ("n,,n=alice,r=abc,x=", .malformed, "alice"), ("n,,n=alice,r=abc,1=x", .malformed, "alice"),
            ("n,,n=alice,r=abc\0", .malformed, nil),
        ] as [(String, SASLFailure, ByteString?)]
    )
    func `any other first message fails`(message: String, failure: SASLFailure, login: ByteString?) {
        var trial = Trial(.scramSHA256)
        #expect(trial.begin(message) == .failed(failure, login))
        #expect(trial.prepared(Self.parameters) == .failed(.unexpected, nil))
    }

    @Test(arguments: [
        ("n,,", "biws"), ("y,,", "eSws"), ("n,a=alice,", "bixhPWFsaWNlLA=="), ("y,a=alice,", "eSxhPWFsaWNlLA=="),
    ])
    func `the last message repeats the header`(header: String, encoded: String) {
        let final = "c=\(encoded),r=abc\(Trial.nonce)"
        guard
            case .prove(_, "alice", _, let text, _) = result(
                "\(final),p=\(Self.proof)",
                first: "\(header)n=alice,r=abc"
            )
        else {
            Issue.record("not taken")
            return
        }
        #expect(text == "n=alice,r=abc,\(Self.serverFirst),\(final)")
    }

    @Test func `extensions are part of the text that is proved`() {
        guard
            case .prove(_, _, _, let text, _) = result(
                "\(Self.withoutProof),x=1,y==,p=\(Self.proof)",
                first: "n,,n=alice,r=abc,z=2"
            )
        else {
            Issue.record("not taken")
            return
        }
        #expect(text == "n=alice,r=abc,z=2,\(Self.serverFirst),\(Self.withoutProof),x=1,y==")
    }

    @Test(arguments: [
        "", "p=\(proof)", withoutProof, "\(withoutProof),", "\(withoutProof),p", "\(withoutProof),p=",
        "\(withoutProof),P=\(proof)", "\(withoutProof),p=\(proof),", "\(withoutProof),p=\(proof),x=1",
        "\(withoutProof),p=\(proof),p=\(proof)", "\(withoutProof),p=\(proof)\0", "\(withoutProof),p=\(proof) ",
        "\(withoutProof),m=1,p=\(proof)", "\(withoutProof),x,p=\(proof)", "\(withoutProof),,p=\(proof)",
        // The proof is too short, too long, or not the one spelling of its bytes.
        "\(withoutProof),p=AAAA", "\(withoutProof),p=\(proof.dropLast())", "\(withoutProof),p=\(proof)AAAA",
        "\(withoutProof),p=\(proof.dropLast(2))d=", "\(withoutProof),p=\(proof.dropLast(4))",
        "\(withoutProof),p=!\(proof.dropFirst())",
        // The header.
        "c=eSws,r=abc\(Trial.nonce),p=\(proof)", "c=biw=,r=abc\(Trial.nonce),p=\(proof)",
        "c=,r=abc\(Trial.nonce),p=\(proof)",
        "c=biws=,r=abc\(Trial.nonce),p=\(proof)", "c=biwsAAAA,r=abc\(Trial.nonce),p=\(proof)",
        "C=biws,r=abc\(Trial.nonce),p=\(proof)", "r=abc\(Trial.nonce),c=biws,p=\(proof)",
        "r=abc\(Trial.nonce),p=\(proof)",
        // The nonce.
        "c=biws,r=abc,p=\(proof)", "c=biws,r=\(Trial.nonce),p=\(proof)", "c=biws,r=Abc\(Trial.nonce),p=\(proof)",
        "c=biws,r=abc\(Trial.nonce)x,p=\(proof)", "c=biws,r=abc\(Trial.nonce.dropLast()),p=\(proof)",
        "c=biws,r=,p=\(proof)",
        "c=biws,p=\(proof)",
    ])
    func `any other last message fails, in one way`(message: String) {
        #expect(result(message) == .failed(.mismatch, "alice"))
    }

    @Test(arguments: [
        SCRAMParameters(salt: "salt", rounds: 4095), SCRAMParameters(salt: "salt", rounds: 65_537),
        SCRAMParameters(salt: "salt", rounds: 0), SCRAMParameters(salt: "", rounds: 4096),
        SCRAMParameters(salt: ByteString([UInt8](repeating: 0, count: 1025)), rounds: 4096),
    ])
    func `salts and rounds that clients refuse are not sent`(parameters: SCRAMParameters) {
        #expect(!parameters.areUsable)
        var trial = Trial(.scramSHA256)
        _ = trial.begin(Self.first)
        #expect(trial.prepared(parameters) == .failed(.unusableAnswer, "alice"))
    }

    @Test func `a message before the parameters are there ends the exchange`() {
        var trial = Trial(.scramSHA256)
        _ = trial.begin(Self.first)
        #expect(trial.receive("\(Self.withoutProof),p=\(Self.proof)") == .failed(.unexpected, nil))
        #expect(trial.prepared(Self.parameters) == .failed(.unexpected, nil))
    }

    @Test func `a client with the password logs in, and another one does not`() {
        for mechanism in Self.mechanisms {
            #expect(login(mechanism, "secret", kept: "secret"))
            #expect(!login(mechanism, "Secret", kept: "secret"))
            #expect(!login(mechanism, "", kept: "secret"))
        }
    }

    /// Plays client, server and mechanism program; returns whether the client is accepted and the server shown.
    private func login(_ mechanism: SASLMechanism, _ password: String, kept: String) -> Bool {
        guard let algorithm = mechanism.scramAlgorithm else { return false }
        let (password, kept, salt) = (Array(password.utf8), Array(kept.utf8), Self.parameters.salt.bytes)
        let text = Array("n=alice,r=abc,\(Self.serverFirst),\(Self.withoutProof)".utf8)
        let computed = SCRAMKeys.proof(algorithm, password: password.span, salt: salt.span, rounds: 4096, of: text.span)
        guard let computed else { return false }
        var trial = trial(mechanism, acceptsFinalMessage: true)
        let step = trial.receive("\(Self.withoutProof),p=\(base64([UInt8](copying: computed.span)))")
        guard case .prove(_, _, _, let asked, let proof) = step else { return false }
        let bytes = Array(asked.utf8)
        let keys = SCRAMKeys(algorithm, password: kept.span, salt: salt.span, rounds: 4096)
        guard let keys else { return false }
        switch keys.verify(proof: proof.span, of: bytes.span) {
        case .proven(let signature):
            let bytes = [UInt8](copying: signature.span)
            return trial.accepted(bytes) == .accepted("alice", "v=\(base64(bytes))")
        case .differs: return false
        case .failed: return false
        }
    }
}
