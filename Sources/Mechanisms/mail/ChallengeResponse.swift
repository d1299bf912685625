internal import Authentication
internal import Digests

/// Answers to what a server wants to have digested with the password.
enum ChallengeResponse {
    /// The line that answers `challenge`, RFC 2195; `nil` when that is none.
    static func cramMD5(to challenge: [UInt8], _ request: borrowing AuthRequest) -> Secret? {
        guard let text = Secret.decoding(base64: challenge.span), !text.isEmpty,
            let digest = DigestAlgorithm.md5.hmac(key: request.password.span, text.span)
        else { return nil }
        var message = CommandText(capacity: request.login.count + 1 + 2 * digest.count)
        message.add(request.login.bytes.span)
        message.add(" ")
        message.add(digest.hexadecimal.span)
        var line = CommandText(capacity: Secret.base64Length(of: request.login.count + 1 + 2 * digest.count) + 2)
        line.add(message.finish().base64.span)
        line.add("\r\n")
        return line.finish()
    }
}

extension Server.Method {
    /// The line that answers a server which has asked for credentials, in IMAP and in POP3.
    ///
    /// `nil` when the method is CRAM-MD5 and the challenge cannot be read; the others look at none.
    func answer(to challenge: [UInt8], _ request: borrowing AuthRequest) -> Secret? {
        guard self != .cramMD5 else { return ChallengeResponse.cramMD5(to: challenge, request) }
        var answer = CommandText(capacity: 2 + CommandText.plainLength(request))
        answer.addPlain(request)
        answer.add("\r\n")
        return answer.finish()
    }
}
