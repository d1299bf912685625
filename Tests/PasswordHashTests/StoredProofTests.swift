import Authentication
import Digests
import Testing

@testable import PasswordHash

@Suite struct StoredProofTests {
    /// Hashes of `secret` that doveadm(1) wrote, with their salts.
    private static let sha1 = (
        "{SCRAM-SHA-1}4096,KbscvroC4vVEX5zH1BCUKQ==,s+ZHnLznVlPCATVquGuUcc+H7jM=,aBZvJoPl3vnTgoIHfnKYD2zhx3E=",
        "KbscvroC4vVEX5zH1BCUKQ=="
    )
    private static let sha256 = (
        "{SCRAM-SHA-256}4096,HgvmJBorVLWSj21M19xsNg==,EX7mwBpN/UHYb6qvkDEN7AkRwQPZlrl4auycrox1Erc=,"
            + "uLeL+/IH0nwVAYboZtylvhUZOE1d2gcgJj9ygiKNNWg=",
        "HgvmJBorVLWSj21M19xsNg=="
    )

    private static func parameters(_ salt: String) -> SCRAMParameters {
        switch Secret.decoding(strictBase64: Array(salt.utf8).span) {
        case .some(let bytes): SCRAMParameters(salt: ByteString(copying: bytes.span), rounds: 4096)
        case nil: SCRAMParameters(salt: "", rounds: 0)
        }
    }

    private static func proof(_ scheme: SASLMechanism, _ password: String, _ parameters: SCRAMParameters) -> [UInt8] {
        let proof = SCRAMKeys.proof(
            scheme.scramAlgorithm ?? .md5,
            password: Array(password.utf8).span,
            salt: parameters.salt.bytes.span,
            rounds: Int(parameters.rounds),
            of: Array("text".utf8).span
        )
        return switch consume proof {
        case .some(let proof): [UInt8](copying: proof.span)
        case nil: []
        }
    }

    /// The length of the signature of a right proof; `nil` for a wrong one, and for one that cannot be checked.
    private func signature(
        _ scheme: SASLMechanism,
        _ password: String,
        _ parameters: SCRAMParameters,
        _ stored: String,
        _ policy: HashPolicy = HashPolicy()
    ) -> Int? {
        let proof = Self.proof(scheme, password, parameters)
        let request = ProveRequest(
            scheme: scheme,
            identity: LoginIdentity(login: "alice", service: "", realm: "", remote: ""),
            parameters: parameters,
            text: "text",
            proof: Secret(proof)
        )
        return switch PasswordVerifier(policy).verify(request, against: Secret(stored)) {
        case .some(.proven(let signature)): signature.count
        case .some(.differs): nil
        case .some(.failed): nil
        case nil: nil
        }
    }

    private func form(_ scheme: SASLMechanism, _ stored: String, _ policy: HashPolicy = HashPolicy()) -> StoredProof {
        PasswordVerifier(policy).storedProof(in: Secret(stored), for: scheme)
    }

    @Test func `a hash for SCRAM serves its scheme with its own salt`() {
        let (first, second) = (Self.parameters(Self.sha1.1), Self.parameters(Self.sha256.1))
        #expect(form(.scramSHA1, Self.sha1.0) == .kept(first))
        #expect(form(.scramSHA256, Self.sha256.0) == .kept(second))
        #expect(form(.scramSHA256, Self.sha1.0) == .unusable("the SCRAM-SHA-1 hash cannot serve SCRAM-SHA-256"))
        #expect(form(.cramMD5, Self.sha1.0) == .unusable("the SCRAM-SHA-1 hash cannot serve CRAM-MD5"))
        #expect(signature(.scramSHA1, "secret", first, Self.sha1.0) == 20)
        #expect(signature(.scramSHA256, "secret", second, Self.sha256.0) == 32)
        #expect(signature(.scramSHA256, "Secret", second, Self.sha256.0) == nil)
        // A proof for another salt, even of the right password.
        #expect(signature(.scramSHA256, "secret", first, Self.sha256.0) == nil)
        #expect(signature(.scramSHA1, "secret", second, Self.sha256.0) == nil)
    }

    @Test func `clear text serves any salt, if it may be clear text`() {
        let parameters = SCRAMParameters(salt: "any salt", rounds: 5000)
        let plain = HashPolicy(scheme: .plain)
        for (stored, policy) in [("secret", plain), ("{PLAIN}secret", HashPolicy(allowsWeak: true))] {
            for scheme in [SASLMechanism.scramSHA1, .scramSHA256] {
                #expect(form(scheme, stored, policy) == .clear)
                #expect(signature(scheme, "secret", parameters, stored, policy) == scheme.scramAlgorithm?.length)
                #expect(signature(scheme, "secre", parameters, stored, policy) == nil)
            }
        }
        #expect(form(.cramMD5, "secret", plain) == .clear)
        let weak = "PLAIN is weak; to accept it, name it in scheme= or set allow_weak=yes"
        #expect(form(.scramSHA1, "{PLAIN}secret") == .unusable(weak))
        #expect(signature(.scramSHA1, "secret", parameters, "{PLAIN}secret") == nil)
    }

    @Test(arguments: [
        ("", StoredProof.locked), ("*", .locked), ("!secret", .locked), ("{SCRAM-SHA-256}", .locked),
        ("{SCRAM-SHA-256}x", .unusable("the SCRAM-SHA-256 hash is damaged")),
        (
            "{SCRAM-SHA-256}4095," + sha256.0.dropFirst("{SCRAM-SHA-256}4096,".utf8.count),
            .unusable("the SCRAM-SHA-256 hash has a salt or rounds that clients refuse")
        ),
        (
            "$5$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1",
            .unusable("the SHA256-CRYPT hash cannot serve SCRAM-SHA-256")
        ),
    ])
    func `no other value serves, and the reason has no part of it`(stored: String, expected: StoredProof) {
        #expect(form(.scramSHA256, stored) == expected)
        #expect(signature(.scramSHA256, "secret", Self.parameters(Self.sha256.1), stored) == nil)
        #expect(signature(.scramSHA256, "", Self.parameters(Self.sha256.1), stored) == nil)
    }
}
