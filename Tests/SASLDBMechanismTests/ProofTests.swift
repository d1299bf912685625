import Authentication
import Digests
import MechanismKit
import TestSupport
import Testing

@testable import saslauthd_sasldb

/// A mechanism that the functions of a test share.
private final class Subject {
    var mechanism: SASLDBMechanism

    init(_ mechanism: consuming SASLDBMechanism) {
        self.mechanism = mechanism
    }
}

@Suite struct ProofTests {
    let folder: TemporaryFolder
    private let subject: Subject
    var path: String { folder.path("sasldb2") }

    private static let salt = "W22ZaJ0SNY7soEsUEjb6gQ=="
    private static let nonce = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    /// The AuthMessage of RFC 7677, section 3.
    private static let text = "n=user,r=rOprNGfwEbeRWgbNEkqO,\(nonce),s=\(salt),i=4096,c=biws,\(nonce)"
    private static let proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    private static let signature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    /// The challenge and the digest of RFC 2195, section 2.
    private static let challenge = "<1896.697170952@postoffice.reston.mci.net>"
    private static let digest = "b913a602c7eda7a495b4e6e7334d3890"

    init() throws {
        folder = try TemporaryFolder()
        subject = Subject(SASLDBMechanism(path: folder.path("sasldb2"), hostName: "mail.example.org"))
        for (user, password) in [("user@example.org", "pencil"), ("tim@mail.example.org", "tanstaaftanstaaf")] {
            try Command("/usr/sbin/saslpasswd2", "-f", path, user).run(input: password)
        }
    }

    private static func bytes(base64: String) -> [UInt8] {
        switch Secret.decoding(strictBase64: Array(base64.utf8).span) {
        case .some(let bytes): [UInt8](copying: bytes.span)
        case nil: []
        }
    }

    private static func bytes(hexadecimal: String) -> [UInt8] {
        switch Secret.decoding(hexadecimal: Array(hexadecimal.utf8).span) {
        case .some(let bytes): [UInt8](copying: bytes.span)
        case nil: []
        }
    }

    private static let parameters = SCRAMParameters(salt: ByteString(bytes(base64: salt)), rounds: 4096)

    private static func identity(_ login: ByteString, _ realm: ByteString) -> LoginIdentity {
        LoginIdentity(login: login, service: "smtp", realm: realm, remote: "")
    }

    private func preparation(_ login: ByteString, _ realm: ByteString) -> Preparation {
        subject.mechanism.prepare(
            PrepareRequest(scheme: .scramSHA256, identity: Self.identity(login, realm), offered: Self.parameters)
        )
    }

    private func decision(
        _ login: ByteString,
        _ realm: ByteString,
        _ scheme: SASLMechanism = .scramSHA256,
        text: String = text,
        proof: [UInt8] = bytes(base64: proof),
        rounds: UInt32 = 4096
    ) -> ProofDecision {
        let parameters = SCRAMParameters(salt: Self.parameters.salt, rounds: rounds)
        return subject.mechanism.prove(
            ProveRequest(
                scheme: scheme,
                identity: Self.identity(login, realm),
                parameters: scheme.hasParameters ? parameters : nil,
                text: ByteString(text),
                proof: Secret(copying: proof.span)
            )
        )
    }

    @Test func `all schemes are offered`() {
        let schemes = subject.mechanism.schemes
        #expect(schemes == [.cramMD5, .scramSHA1, .scramSHA256])
    }

    @Test func `a clear password serves the salt that is offered, and an unknown login is unknown`() {
        #expect(preparation("user", "example.org") == .known(Self.parameters))
        #expect(preparation("user@example.org", "example.org") == .known(Self.parameters))
        #expect(preparation("tim", "") == .known(Self.parameters))
        #expect(preparation("user", "") == .unknown)
        #expect(preparation("nobody", "example.org") == .unknown)
    }

    @Test func `the proof of RFC 7677 is right, and gets the signature of the RFC`() {
        #expect(
            decision("user", "example.org")
                == ProofDecision(
                    Decision(.accepted, account: "user@example.org"),
                    signature: ByteString(Self.bytes(base64: Self.signature))
                )
        )
    }

    @Test func `the digest of RFC 2195 is right, and has no signature`() {
        let digest = Self.bytes(hexadecimal: Self.digest)
        #expect(
            decision("tim", "", .cramMD5, text: Self.challenge, proof: digest)
                == ProofDecision(Decision(.accepted, account: "tim@mail.example.org"))
        )
        for length in 0..<16 {
            let short = decision("tim", "", .cramMD5, text: Self.challenge, proof: Array(digest.prefix(length)))
            #expect(short.decision.verdict == .refused(.wrongPassword))
        }
        let other = decision("tim", "", .cramMD5, text: Self.challenge + " ", proof: digest)
        #expect(other.decision.verdict == .refused(.wrongPassword))
    }

    @Test func `every other proof is wrong, for a user and for nobody`() {
        let right = Self.bytes(base64: Self.proof)
        let wrong = ProofDecision(Decision(.refused(.wrongPassword), account: "user@example.org"))
        for index in right.indices {
            var changed = right
            changed[index] ^= 1
            #expect(decision("user", "example.org", proof: changed) == wrong)
        }
        #expect(decision("user", "example.org", proof: []) == wrong)
        #expect(decision("user", "example.org", text: Self.text + ",") == wrong)
        #expect(decision("user", "example.org", rounds: 4097) == wrong)
        #expect(decision("user", "example.org", .scramSHA1) == wrong)
        #expect(decision("nobody", "example.org") == ProofDecision(Decision(.refused(.unknownUser))))
    }

    @Test func `a user without a password and an unknown one are accepted by no proof`() throws {
        let load = "VERSION=3\nformat=print\ntype=hash\nHEADER=END\n eve\\00example.org\\00userPassword\n \nDATA=END\n"
        try Command("/usr/bin/db5.3_load", path).run(input: load)
        #expect(preparation("eve", "example.org") == .unknown)
        // Of the password that is compared with instead, and of the empty one.
        for password in ["password", ""] {
            let salt = Self.parameters.salt.bytes
            let proof = SCRAMKeys.proof(
                .sha256,
                password: Array(password.utf8).span,
                salt: salt.span,
                rounds: 4096,
                of: Array(Self.text.utf8).span
            )
            let bytes =
                switch consume proof {
                case .some(let proof): [UInt8](copying: proof.span)
                case nil: [UInt8]()
                }
            #expect(bytes.count == 32)
            #expect(
                decision("eve", "example.org", proof: bytes)
                    == ProofDecision(Decision(.refused(.wrongPassword), account: "eve@example.org"))
            )
            #expect(
                decision("nobody", "example.org", proof: bytes) == ProofDecision(Decision(.refused(.unknownUser)))
            )
        }
    }

    @Test func `without the file there is no answer`() throws {
        try Command("/bin/rm", path).run()
        let reason = Unavailability("\(path) does not exist; create it with saslpasswd2(8)", scope: .mechanism)
        #expect(preparation("user", "example.org") == .unavailable(reason))
        #expect(decision("user", "example.org") == ProofDecision(Decision(.unavailable(reason))))
    }
}
