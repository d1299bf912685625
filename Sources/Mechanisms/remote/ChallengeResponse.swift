internal import Authentication
internal import CCrypto

/// Answers to what a server wants to have digested with the password.
enum ChallengeResponse {
    /// The line that answers `challenge`, RFC 2195; `nil` when that is none.
    static func cramMD5(to challenge: [UInt8], _ request: borrowing AuthRequest) -> Secret? {
        guard let text = Base64.decode(challenge), !text.isEmpty else { return nil }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let made = unsafe request.password.span.withUnsafeBufferPointer { password in
            // SAFETY: key, text and digest are as long as the call is told, the last as long as any digest.
            unsafe HMAC(
                EVP_md5(),
                password.baseAddress,
                CInt(password.count),
                text,
                text.count,
                &digest,
                &length
            ) != nil
        }
        guard made else { return nil }
        var message = request.login.bytes
        message.append(UInt8(ascii: " "))
        for byte in digest.prefix(Int(length)) {
            message += (byte < 16 ? "0" : "").utf8
            message += String(byte, radix: 16).utf8
        }
        var line: [UInt8] = []
        Base64.encode(message.span, into: &line)
        line += "\r\n".utf8
        return Secret(copying: line.span)
    }
}
