import Authentication
import Digests
import Testing

@Suite struct SCRAMKeysTests {
    /// A login from first to last message; the first two are those of RFC 5802, section 5, and RFC 7677, section 3.
    struct Login: Sendable, CustomTestStringConvertible {
        let algorithm: DigestAlgorithm
        let salt: String
        let text: String
        let proof: String
        let signature: String

        var testDescription: String { "\(algorithm)" }
    }

    static let logins = [
        Login(
            algorithm: .sha1,
            salt: "QSXCR+Q6sek8bf92",
            text: "n=user,r=fyko+d2lbbFgONRv9qkxdawL,"
                + "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,"
                + "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j",
            proof: "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            signature: "rmF9pqV8S7suAoZWja4dJRkFsKQ="
        ),
        Login(
            algorithm: .sha256,
            salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
            text: "n=user,r=rOprNGfwEbeRWgbNEkqO,"
                + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
                + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            proof: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            signature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        ),
    ]

    private func decoded(_ base64: String) -> [UInt8] {
        let text = Array(base64.utf8)
        return switch Secret.decoding(strictBase64: text.span) {
        case .some(let bytes): [UInt8](copying: bytes.span)
        case nil: []
        }
    }

    private func text(_ secret: borrowing Secret) -> String {
        String(decoding: [UInt8](copying: secret.base64.span), as: UTF8.self)
    }

    /// The server's signature, or the name of the verdict.
    private func verdict(_ keys: borrowing SCRAMKeys, _ proof: [UInt8], _ message: String) -> String {
        let message = Array(message.utf8)
        return switch keys.verify(proof: proof.span, of: message.span) {
        case .proven(let signature): text(signature)
        case .differs: "differs"
        case .failed: "failed"
        }
    }

    @Test(arguments: logins)
    func `the proof of the RFC is right, and gets the signature of the RFC`(login: Login) throws {
        let (password, salt) = (Array("pencil".utf8), decoded(login.salt))
        let message = Array(login.text.utf8)
        switch SCRAMKeys(login.algorithm, password: password.span, salt: salt.span, rounds: 4096) {
        case .some(let keys): #expect(verdict(keys, decoded(login.proof), login.text) == login.signature)
        case nil: Issue.record("no keys")
        }
        let proof = SCRAMKeys.proof(
            login.algorithm,
            password: password.span,
            salt: salt.span,
            rounds: 4096,
            of: message.span
        )
        switch consume proof {
        case .some(let proof): #expect(text(proof) == login.proof)
        case nil: Issue.record("no proof")
        }
        let keys = SCRAMClientKeys(login.algorithm, password: password.span, salt: salt.span, rounds: 4096)
        switch keys?.serverSignature(of: message.span) {
        case .some(let signature): #expect(text(signature) == login.signature)
        case nil: Issue.record("no signature")
        }
    }

    @Test(arguments: logins)
    func `every other proof, text, password, salt and number of rounds is wrong`(login: Login) {
        let (right, salt, proof) = (Array("pencil".utf8), decoded(login.salt), decoded(login.proof))
        func verdict(_ proof: [UInt8], _ text: String, _ password: [UInt8], _ salt: [UInt8], _ rounds: Int) -> String {
            switch SCRAMKeys(login.algorithm, password: password.span, salt: salt.span, rounds: rounds) {
            case .some(let keys): self.verdict(keys, proof, text)
            case nil: "no keys"
            }
        }
        for index in proof.indices {
            var changed = proof
            changed[index] ^= 1
            #expect(verdict(changed, login.text, right, salt, 4096) == "differs")
        }
        for length in [0, 1, proof.count - 1] {
            #expect(verdict(Array(proof.prefix(length)), login.text, right, salt, 4096) == "differs")
        }
        #expect(verdict(proof + [0], login.text, right, salt, 4096) == "differs")
        #expect(verdict(proof, login.text + "x", right, salt, 4096) == "differs")
        #expect(verdict(proof, login.text, Array("Pencil".utf8), salt, 4096) == "differs")
        #expect(verdict(proof, login.text, right, salt + [0], 4096) == "differs")
        #expect(verdict(proof, login.text, right, salt, 4097) == "differs")
        #expect(verdict(proof, login.text, right, salt, 0) == "no keys")
    }

    @Test func `stored keys have the length of a digest`() {
        for (stored, server) in [(20, 20), (19, 20), (20, 21), (32, 32), (0, 0)] {
            let (first, second) = ([UInt8](repeating: 1, count: stored), [UInt8](repeating: 2, count: server))
            let keys = SCRAMKeys(
                .sha1,
                storedKey: Secret(copying: first.span),
                serverKey: Secret(copying: second.span)
            )
            switch consume keys {
            case .some: #expect(stored == 20 && server == 20)
            case nil: #expect(stored != 20 || server != 20)
            }
        }
    }
}
