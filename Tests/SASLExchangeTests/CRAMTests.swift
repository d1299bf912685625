import Authentication
import Digests
import Testing

@testable import SASLExchange

@Suite struct CRAMTests {
    /// From the seed's first eight bytes, 0x0001020304050607.
    static let challenge = "<0283686952306183.697170952@mail.example.org>"
    static let digits = "b913a602c7eda7a495b4e6e7334d3890"
    static let digest: [UInt8] = [
        0xB9, 0x13, 0xA6, 0x02, 0xC7, 0xED, 0xA7, 0xA4, 0x95, 0xB4, 0xE6, 0xE7, 0x33, 0x4D, 0x38, 0x90,
    ]

    /// The step after a response.
    private func result(_ response: String) -> Step {
        var trial = Trial(.cramMD5)
        _ = trial.begin(nil)
        return trial.receive(response)
    }

    private func proof(_ login: ByteString) -> Step {
        .prove(.cramMD5, login, nil, text: Self.challenge, proof: Self.digest)
    }

    @Test(arguments: [nil, "", "tim", "\0alice\0secret"])
    func `the server begins, and an initial response is ignored`(initial: String?) {
        var trial = Trial(.cramMD5)
        #expect(trial.begin(initial) == .challenge(Self.challenge))
    }

    @Test func `a challenge has 16 digits, whatever the random bytes`() {
        for byte in [0, 1, 255] as [UInt8] {
            let seed = ExchangeSeed(random: [UInt8](repeating: byte, count: 24), seconds: 1, host: "h")
            #expect(seed.messageID.count == 16 + "<.1@h>".utf8.count)
        }
    }

    @Test func `the digest goes out with the challenge`() {
        #expect(result("tim \(Self.digits)") == proof("tim"))
        #expect(result("tim \(Self.digits.uppercased())") == proof("tim"))
        #expect(result("a b  c \(Self.digits)") == proof("a b  c"), "split at the last blank")
        #expect(result("tim  \(Self.digits)") == proof("tim "))
    }

    @Test func `an accepted digest needs no signature`() {
        var trial = Trial(.cramMD5)
        _ = trial.begin(nil)
        _ = trial.receive("tim \(Self.digits)")
        #expect(trial.accepted() == .accepted("tim", nil))
    }

    @Test(
        arguments: [
            ("", .malformed, nil), ("tim", .malformed, nil), ("tim\t\(digits)", .malformed, nil),
            (" \(digits)", .emptyLogin, nil), ("t\0im \(digits)", .unprintableLogin, nil),
            ("tim ", .mismatch, "tim"), ("tim \(digits.dropLast())", .mismatch, "tim"),
            ("tim \(digits.dropLast(2))", .mismatch, "tim"), ("tim \(digits)00", .mismatch, "tim"),
            ("tim \(digits.dropLast())g", .mismatch, "tim"), ("tim \(digits)\n", .mismatch, "tim"),
            ("tim \(digits) ", .mismatch, ByteString("tim \(digits)")),
        ] as [(String, SASLFailure, ByteString?)]
    )
    func `any other response fails`(response: String, failure: SASLFailure, login: ByteString?) {
        #expect(result(response) == .failed(failure, login))
    }

    /// The example of RFC 2195.
    @Test func `the digest is HMAC-MD5 of the challenge under the password`() {
        let (password, text) = (
            Array("tanstaaftanstaaf".utf8), Array("<1896.697170952@postoffice.reston.mci.net>".utf8)
        )
        switch DigestAlgorithm.md5.hmac(key: password.span, text.span) {
        case .some(let digest): #expect([UInt8](copying: digest.span) == Self.digest)
        case nil: Issue.record("OpenSSL has no MD5")
        }
    }
}
