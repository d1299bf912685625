internal import Authentication
internal import Digests

/// Responses to a challenge, which prove the password without sending it.
enum ChallengeResponse {
    /// The response to `challenge`, RFC 2195; `nil` if that is malformed.
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
    /// The line with the credentials that a server asked for, in IMAP and in POP3.
    ///
    /// `nil` if the method is CRAM-MD5 and the challenge is malformed; other methods ignore it.
    func answer(to challenge: [UInt8], _ request: borrowing AuthRequest) -> Secret? {
        guard self != .cramMD5 else { return ChallengeResponse.cramMD5(to: challenge, request) }
        var answer = CommandText(capacity: 2 + CommandText.plainLength(request))
        answer.addPlain(request)
        answer.add("\r\n")
        return answer.finish()
    }
}
