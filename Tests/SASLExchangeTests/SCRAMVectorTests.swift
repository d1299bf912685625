import Authentication
import Digests
import Testing

@testable import SASLExchange

/// The examples of RFC 5802, section 5, and RFC 7677, section 3, with their nonces.
@Suite struct SCRAMVectorTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let mechanism: SASLMechanism
        let first: String
        let serverNonce: String
        let salt: String
        let serverFirst: String
        let final: String
        let serverFinal: String

        var testDescription: String { mechanism.name }
    }

    static let examples = [
        Example(
            mechanism: .scramSHA1,
            first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            serverNonce: "3rfcNHYJY1ZVvWVs7j",
            salt: "QSXCR+Q6sek8bf92",
            serverFirst: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            serverFinal: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="
        ),
        Example(
            mechanism: .scramSHA256,
            first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            serverNonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
            serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        ),
    ]

    private func decoded(_ base64: String) -> [UInt8] {
        let text = Array(base64.utf8)
        return switch Secret.decoding(strictBase64: text.span) {
        case .some(let bytes): [UInt8](copying: bytes.span)
        case nil: []
        }
    }

    @Test(arguments: examples)
    func `all messages are those of the RFC`(example: Example) throws {
        let algorithm = try #require(example.mechanism.scramAlgorithm)
        let salt = decoded(example.salt)
        let first = Array(example.first.utf8)
        let challenge: SCRAMChallenge
        do throws(ExchangeError) {
            challenge = SCRAMChallenge(
                to: try SCRAMClientFirst(first.span),
                SCRAMParameters(salt: ByteString(salt), rounds: 4096),
                serverNonce: Array(example.serverNonce.utf8)
            )
        } catch {
            Issue.record("\(error.failure)")
            return
        }
        #expect(challenge.message.text == example.serverFirst)
        #expect(challenge.first.login == "user")

        let (final, password) = (Array(example.final.utf8), Array("pencil".utf8))
        let keys = SCRAMKeys(algorithm, password: password.span, salt: salt.span, rounds: 4096)
        let proof = challenge.proof(final.span, example.mechanism, proofLength: algorithm.length)
        guard let keys, let proof else {
            Issue.record("no keys or no proof")
            return
        }
        switch keys.verify(proof: proof.proof.span, of: proof.text.bytes.span) {
        case .proven(let signature): #expect(SCRAMChallenge.final(signature.span).text == example.serverFinal)
        case .differs: Issue.record("the proof is wrong")
        case .failed: Issue.record("the proof could not be checked")
        }
    }
}
