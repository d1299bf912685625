internal import Authentication
internal import Digests

/// The server's answers to requests, as lines with their line breaks.
struct ServerLine {
    private var bytes: [UInt8]

    /// Begins a line of about `length` bytes.
    private init(_ word: String, _ id: UInt32, length: Int) {
        bytes = []
        bytes.reserveCapacity(length)
        add(word)
        add("\t")
        add(String(id))
    }

    private mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func add(base64 message: Span<UInt8>) {
        let letters = Secret(copying: message).base64
        let span = letters.span
        for index in span.indices { bytes.append(span[index]) }
    }

    private consuming func ended() -> [UInt8] {
        add("\n")
        return bytes
    }
    /// A message of the exchange; the line has a third word even if the message is empty.
    static func challenge(_ id: UInt32, _ message: Span<UInt8>) -> [UInt8] {
        var line = ServerLine("CONT", id, length: 24 + Secret.base64Length(of: message.count))
        line.add("\t")
        line.add(base64: message)
        return line.ended()
    }

    /// Success; every parameter has a value, because one client cannot read others.
    ///
    /// `login` is printable.
    static func success(_ id: UInt32, login: ByteString, final message: Span<UInt8>?) -> [UInt8] {
        var line = ServerLine("OK", id, length: 128 + login.count)
        line.add("\tuser=")
        line.bytes += login.bytes
        if let message {
            line.add("\tresp=")
            line.add(base64: message)
        }
        return line.ended()
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
        var line = ServerLine("FAIL", id, length: 128 + (login?.count ?? 0))
        if let login, !login.isEmpty, login.isPrintable {
            line.add("\tuser=")
            line.bytes += login.bytes
        }
        if let word {
            line.add("\t")
            line.add(word)
        }
        if let code {
            line.add("\tcode=")
            line.add(code)
        }
        line.add("\treason=")
        line.add(reason)
        return line.ended()
    }
}
