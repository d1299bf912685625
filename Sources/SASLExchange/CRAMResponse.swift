internal import Authentication
internal import Digests

/// The response of CRAM-MD5 (RFC 2195): `login BLANK digest`, with 32 hexadecimal digits.
struct CRAMResponse: ~Copyable {
    static let digestLength = 16

    let login: ByteString
    let digest: Secret

    /// Splits at the last blank, as a login may have others.
    init(_ response: Span<UInt8>) throws(ExchangeError) {
        guard let blank = response.lastIndex(of: UInt8(ascii: " ")) else { throw ExchangeError(.malformed) }
        let login = try ByteString.login(response.extracting(first: blank))
        let digits = response.extracting(droppingFirst: blank + 1)
        guard let digest = Secret.decoding(hexadecimal: digits), digest.count == Self.digestLength else {
            throw ExchangeError(.mismatch, login: login)
        }
        self.login = login
        self.digest = digest
    }
}
