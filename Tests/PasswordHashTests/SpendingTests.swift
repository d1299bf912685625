import Authentication
import HashVectors
import Digests
import Testing

@testable import PasswordHash

@Suite struct SpendingTests {
    /// What `verifier` computes with for users who are not there.
    private func dummy(_ verifier: borrowing PasswordVerifier) -> ByteString? {
        switch verifier.dummy {
        case .some(let hash): ByteString(copying: hash.span)
        case nil: nil
        }
    }

    private let bcrypt = "$2y$05$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe"

    @Test func `the last usable hash is what an unknown user costs`() {
        var verifier = PasswordVerifier(HashPolicy(scheme: .plain))
        #expect(dummy(verifier) == nil)
        _ = verifier.verify(Secret("wrong"), against: Secret(bcrypt))
        #expect(dummy(verifier) == ByteString(bcrypt))
        verifier.spend(on: Secret("secret"))
        #expect(dummy(verifier) == ByteString(bcrypt))
        for unusable in ["*", "", "{unknown}x", "$2y$31$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe", "$5$"] {
            _ = verifier.verify(Secret("secret"), against: Secret(unusable))
            #expect(dummy(verifier) == ByteString(bcrypt))
        }
        _ = verifier.verify(Secret("secret"), against: Secret("{MD5}5ebe2294ecd0e0f08eab7690d2a6ee69"))
        #expect(dummy(verifier) == "{MD5}5ebe2294ecd0e0f08eab7690d2a6ee69")
    }

    @Test func `clear text is not kept`() {
        var verifier = PasswordVerifier(HashPolicy(scheme: .plain))
        _ = verifier.verify(Secret("wrong"), against: Secret(bcrypt))
        _ = verifier.verify(Secret("wrong"), against: Secret("secret"))
        #expect(dummy(verifier) == nil)
        verifier.spend(on: Secret("secret"))
    }

    @Test(
        arguments: [nil, HashScheme.crypt]
            + Set(Vector.crypt.map(\.scheme) + Vector.derived.map(\.scheme)).sorted { $0.name < $1.name }
    )
    func `before any hash was seen a usual one is computed`(scheme: HashScheme?) {
        var verifier = PasswordVerifier(HashPolicy(scheme: scheme))
        let cheap: [HashScheme] = [.desCrypt, .bsdiCrypt, .nt, .sunMD5, .sha1Crypt]
        guard let stored = dummy(verifier) else {
            #expect(scheme.map(cheap.contains) == true)
            return
        }
        // It can be computed, and nobody's password makes it.
        let verdict = verifier.verify(Secret("secret"), against: Secret(stored.bytes))
        #expect(verdict == .differs(scheme == nil || scheme == .crypt ? .sha512Crypt : scheme ?? .plain))
    }
}
