import Authentication
import HashVectors
import Digests
import Testing

@testable import PasswordHash

@Suite struct SpendingTests {
    /// The hash with which `verifier` compares for unknown users.
    private func dummy(_ verifier: borrowing PasswordVerifier) -> ByteString? {
        switch verifier.dummy {
        case .some(let hash): ByteString(copying: hash.span)
        case nil: nil
        }
    }

    private let bcrypt = "$2y$05$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe"

    private static let digests = ["5ebe2294ecd0e0f08eab7690d2a6ee69", "5ebe2294ecd0e0f08eab7690d2a6ee70"].map {
        "{MD5}" + $0
    }
    private let costlier = "$2y$06$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe"

    @Test func `an unknown user costs as much as the commonest usable hash`() {
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
        // As common, and then commoner.
        _ = verifier.verify(Secret("secret"), against: Secret(Self.digests[0]))
        #expect(dummy(verifier) == ByteString(bcrypt))
        _ = verifier.verify(Secret("secret"), against: Secret(Self.digests[1]))
        #expect(dummy(verifier) == ByteString(Self.digests[1]))
    }

    @Test func `one account cannot make its hash the commonest, and another cost is another kind`() {
        var verifier = PasswordVerifier(HashPolicy(scheme: .plain))
        for hash in Self.digests { _ = verifier.verify(Secret("wrong"), against: Secret(hash)) }
        for hash in Array(repeating: bcrypt, count: 100) + [costlier] {
            _ = verifier.verify(Secret("wrong"), against: Secret(hash))
            #expect(dummy(verifier)?.bytes.starts(with: "{MD5}".utf8) == true)
        }
    }

    @Test func `clear text is not kept`() {
        var verifier = PasswordVerifier(HashPolicy(scheme: .plain))
        for number in 0..<3 { _ = verifier.verify(Secret("wrong"), against: Secret("secret \(number)")) }
        _ = verifier.verify(Secret("wrong"), against: Secret(bcrypt))
        #expect(dummy(verifier) == nil)
        verifier.spend(on: Secret("secret"))
    }

    @Test func `of many hashes the later count more than the first`() {
        var specimens = CommonestHash(nil)
        let (old, new) = (
            CommonestHash.Kind(scheme: .md5Crypt, cost: .fixed),
            CommonestHash.Kind(scheme: .blowfish, cost: .bcrypt(10))
        )
        for number in 0..<5000 { specimens.saw(Secret("old \(number)"), of: old) }
        for number in 0..<5000 { specimens.saw(Secret("new \(number)"), of: new) }
        let isNew =
            switch specimens.specimen {
            case .some(let hash): ByteString(copying: hash.span).bytes.starts(with: "new".utf8)
            case nil: false
            }
        #expect(isNew)
    }

    @Test(
        arguments: [nil, HashScheme.crypt]
            + Set(Vector.crypt.map(\.scheme) + Vector.derived.map(\.scheme)).sorted { $0.name < $1.name }
    )
    func `before any hash has been seen, a usual one is computed`(scheme: HashScheme?) {
        var verifier = PasswordVerifier(HashPolicy(scheme: scheme))
        let cheap: [HashScheme] = [.desCrypt, .bsdiCrypt, .nt, .sunMD5, .sha1Crypt]
        guard let stored = dummy(verifier) else {
            #expect(scheme.map(cheap.contains) == true)
            return
        }
        // It can be computed, but no known password matches it.
        let verdict = verifier.verify(Secret("secret"), against: Secret(stored.bytes))
        #expect(verdict == .differs(scheme == nil || scheme == .crypt ? .sha512Crypt : scheme ?? .plain))
    }
}
