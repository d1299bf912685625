import Authentication
import Folding
import SASLExchange
import Testing

@Suite struct SaltSourceTests {
    private func parameters(
        key byte: UInt8 = 1,
        _ mechanism: SASLMechanism = .scramSHA256,
        _ login: ByteString = "alice",
        _ realm: ByteString = "example.org",
        rounds: UInt32 = 4096
    ) -> SCRAMParameters? {
        let key = [UInt8](repeating: byte, count: SaltSource.keyLength)
        switch SaltSource(key: Secret(copying: key.span), rounds: rounds) {
        case .some(let source): return source.parameters(mechanism, FoldedName(login, realm: realm))
        case nil: return nil
        }
    }

    @Test func `a login always gets the same salt, of the length of others`() throws {
        let first = try #require(parameters())
        #expect(first == parameters())
        #expect(first.salt.count == 16 && first.rounds == 4096 && first.areUsable)
        #expect(parameters(rounds: 10_000) == SCRAMParameters(salt: first.salt, rounds: 10_000))
    }

    @Test func `another key, mechanism, login or realm has another salt`() {
        let salts = [
            parameters(), parameters(key: 2), parameters(.scramSHA1), parameters(.scramSHA256, "bob"),
            parameters(.scramSHA256, "alice", "example.com"), parameters(.scramSHA256, "alice", ""),
            parameters(.scramSHA256, "alicee", "xample.org"), parameters(.scramSHA256, "", "aliceexample.org"),
        ]
        #expect(Set(salts.map(\.?.salt)).count == salts.count)
    }

    /// A database without regard to case has one salt for a user in all spellings, so unknown users must have one too.
    @Test(arguments: ["ALICE", "Alice", " alice", "alice ", "\u{E1}lice", "\u{FF41}lice"] as [ByteString])
    func `another spelling of a login has the same salt`(login: ByteString) {
        #expect(parameters(.scramSHA256, login)?.salt == parameters()?.salt)
    }

    @Test func `an unknown user takes the same steps, with messages of the same length`() throws {
        let invented = try #require(parameters())
        let kept = SCRAMParameters(salt: "0123456789abcdef", rounds: 4096)
        var lengths: [Int] = []
        for answer in [kept, invented] {
            var trial = Trial(.scramSHA256)
            #expect(trial.begin("n,,n=alice,r=abc") == .prepare(.scramSHA256, "alice"))
            guard case .challenge(let message) = trial.prepared(answer) else {
                Issue.record("no challenge")
                return
            }
            lengths.append(message.utf8.count)
            let proof = base64([UInt8](repeating: 7, count: 32))
            guard case .prove = trial.receive("c=biws,r=abc\(Trial.nonce),p=\(proof)") else {
                Issue.record("nobody was asked")
                return
            }
        }
        #expect(lengths[0] == lengths[1])
    }
}
