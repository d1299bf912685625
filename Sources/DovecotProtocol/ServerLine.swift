internal import Authentication
internal import Digests

/// The server's answers to requests, as lines with their line breaks.
enum ServerLine {
    /// A message of the exchange; the line has a third word even if the message is empty.
    static func challenge(_ id: UInt32, _ message: Span<UInt8>) -> [UInt8] {
        Array("CONT\t\(id)\t".utf8) + base64(message) + newline
    }

    /// Success; every parameter has a value, because one client cannot read others.
    ///
    /// `login` is printable.
    static func success(_ id: UInt32, login: ByteString, final message: Span<UInt8>?) -> [UInt8] {
        var line = Array("OK\t\(id)\tuser=".utf8) + login.bytes
        if let message { line += Array("\tresp=".utf8) + base64(message) }
        return line + newline
    }

    static func rejection(_ id: UInt32, login: ByteString?, _ rejection: Rejection, minorVersion: UInt32) -> [UInt8] {
        let word = minorVersion > 0 ? rejection.word : nil
        return failure(id, login: login, word: word, code: rejection.code, reason: rejection.reason)
    }

    static func unavailable(_ id: UInt32, login: ByteString?) -> [UInt8] {
        failure(id, login: login, word: "temp", code: "temp_fail", reason: "Temporary authentication failure")
    }

    static func invalidBase64(_ id: UInt32, isInitial: Bool) -> [UInt8] {
        let place = isInitial ? "initial" : "continued"
        return failure(id, code: "invalid_base64", reason: "Invalid base64 data in \(place) response")
    }

    static func unknownRequest(_ id: UInt32) -> [UInt8] {
        failure(id, reason: "Authentication request timed out")
    }

    static func unexpectedMessage(_ id: UInt32) -> [UInt8] {
        failure(id, reason: "Unexpected continuation")
    }

    static func tooLong(_ id: UInt32) -> [UInt8] {
        failure(id, reason: "Authentication request is too long")
    }

    /// A login that is not printable is left out.
    private static func failure(
        _ id: UInt32,
        login: ByteString? = nil,
        word: String? = nil,
        code: String? = nil,
        reason: String
    ) -> [UInt8] {
        var line = Array("FAIL\t\(id)".utf8)
        if let login, !login.isEmpty, login.isPrintable { line += Array("\tuser=".utf8) + login.bytes }
        if let word { line += Array("\t\(word)".utf8) }
        if let code { line += Array("\tcode=\(code)".utf8) }
        return line + Array("\treason=\(reason)\n".utf8)
    }

    private static let newline = [UInt8(ascii: "\n")]

    private static func base64(_ message: Span<UInt8>) -> [UInt8] {
        [UInt8](copying: Secret(copying: message).base64.span)
    }
}
