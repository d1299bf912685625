import Authentication
import Digests
import Testing

@Suite struct PasswordProofTests {
    private func verdict(_ scheme: SASLMechanism, _ password: String, proof: [UInt8], _ rounds: UInt32?) -> String {
        let request = ProveRequest(
            scheme: scheme,
            identity: LoginIdentity(login: "tim", service: "", realm: "", remote: ""),
            parameters: rounds.map { SCRAMParameters(salt: "salt", rounds: $0) },
            text: "<1896.697170952@postoffice.reston.mci.net>",
            proof: Secret(copying: proof.span)
        )
        return switch PasswordProof.verify(request, password: Array(password.utf8).span) {
        case .proven(let signature): "proven, \(signature.count)"
        case .differs: "differs"
        case .failed: "failed"
        }
    }

    /// That of RFC 2195, section 2.
    private static let digest: [UInt8] = [
        0xB9, 0x13, 0xA6, 0x02, 0xC7, 0xED, 0xA7, 0xA4, 0x95, 0xB4, 0xE6, 0xE7, 0x33, 0x4D, 0x38, 0x90,
    ]

    @Test func `the digest of RFC 2195 belongs to its password alone`() {
        #expect(verdict(.cramMD5, "tanstaaftanstaaf", proof: Self.digest, nil) == "proven, 0")
        for password in ["tanstaaftanstaa", "Tanstaaftanstaaf", "x"] {
            #expect(verdict(.cramMD5, password, proof: Self.digest, nil) == "differs")
        }
        #expect(verdict(.cramMD5, "tanstaaftanstaaf", proof: [], nil) == "differs")
        #expect(verdict(.cramMD5, "tanstaaftanstaaf", proof: Self.digest + [0], nil) == "differs")
    }

    @Test func `an empty password, missing parameters and a scheme without proofs prove nothing`() {
        for scheme in SASLMechanism.allCases {
            #expect(verdict(scheme, "", proof: Self.digest, scheme.hasParameters ? 4096 : nil) == "failed")
        }
        for scheme in [SASLMechanism.scramSHA1, .scramSHA256] {
            #expect(verdict(scheme, "tanstaaftanstaaf", proof: Self.digest, nil) == "failed")
            #expect(verdict(scheme, "tanstaaftanstaaf", proof: Self.digest, 0) == "failed")
            #expect(verdict(scheme, "tanstaaftanstaaf", proof: Self.digest, 4096) == "differs")
        }
        for scheme in [SASLMechanism.plain, .login] {
            #expect(verdict(scheme, "tanstaaftanstaaf", proof: Self.digest, nil) == "failed")
        }
    }

    @Test func `the schemes with a challenge are those that can be computed`() {
        #expect(PasswordProof.schemes == Set(SASLMechanism.allCases.filter(\.isChallenge)))
    }
}
