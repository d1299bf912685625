import Authentication
import Digests
import Testing

@Suite struct DigestAlgorithmTests {
    private func text(_ secret: consuming Secret?) -> String? {
        switch consume secret {
        case .some(let secret): String(decoding: [UInt8](copying: secret.hexadecimal.span), as: UTF8.self)
        case nil: nil
        }
    }

    /// Made with md5sum(1), sha1sum(1), sha256sum(1), sha384sum(1) and sha512sum(1).
    @Test(arguments: [
        (DigestAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72"),
        (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            .sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
                + "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            .sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ])
    func `a message has one digest, whole or in two parts`(algorithm: DigestAlgorithm, digest: String) {
        let message = Array("abc".utf8)
        #expect(text(algorithm.digest(message.span)) == digest)
        #expect(text(algorithm.digest(message.span.extracting(first: 1), message.span.extracting(1...))) == digest)
        #expect(text(algorithm.digest(Span(), message.span)) == digest)
        #expect(digest.utf8.count == algorithm.length * 2)
    }

    /// The second case of RFC 2202 and RFC 4231.
    @Test(arguments: [
        (DigestAlgorithm.md5, "750c783e6ab0b503eaa86e310a5db738"),
        (.sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ])
    func `a message has one HMAC`(algorithm: DigestAlgorithm, digest: String) {
        let (key, message) = (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(text(algorithm.hmac(key: key.span, message.span)) == digest)
        #expect(text(algorithm.hmac(key: Span(), message.span)) == nil)
    }

    /// The second and the fifth case of RFC 6070.
    @Test func `PBKDF2 returns the requested number of bytes`() {
        let (password, salt) = (Array("password".utf8), Array("salt".utf8))
        #expect(
            text(DigestAlgorithm.sha1.pbkdf2(password.span, salt: salt.span, rounds: 2, count: 20))
                == "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"
        )
        let (longPassword, longSalt) = (
            Array("passwordPASSWORDpassword".utf8), Array("saltSALTsaltSALTsaltSALTsaltSALTsalt".utf8)
        )
        #expect(
            text(DigestAlgorithm.sha1.pbkdf2(longPassword.span, salt: longSalt.span, rounds: 4096, count: 25))
                == "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"
        )
        #expect(text(DigestAlgorithm.sha1.pbkdf2(password.span, salt: salt.span, rounds: 0, count: 20)) == nil)
        #expect(text(DigestAlgorithm.sha1.pbkdf2(password.span, salt: salt.span, rounds: 1 << 40, count: 20)) == nil)
    }
}
