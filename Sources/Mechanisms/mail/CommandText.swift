internal import Authentication
internal import Digests

/// A command under construction, overwritten in memory at its end: it may contain a password.
struct CommandText: ~Copyable {
    private var bytes: [UInt8] = []

    /// `capacity` is the most bytes that are ever added: growing would leave copies that nothing overwrites.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func add(_ text: String) {
        bytes += text.utf8
    }

    mutating func add(_ span: Span<UInt8>) {
        for index in span.indices { bytes.append(span[index]) }
    }

    /// Adds a quoted string, with a backslash before `"` and `\`.
    mutating func addQuoted(_ span: Span<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for index in span.indices {
            let byte = span[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds the message of SASL PLAIN, RFC 4616, in base64.
    mutating func addPlain(_ request: borrowing AuthRequest) {
        let message = Secret(capacity: Self.plainCount(request)) { output in
            output.append(0)
            for byte in request.login.bytes { output.append(byte) }
            output.append(0)
            for index in request.password.span.indices { output.append(request.password.span[index]) }
        }
        add(message.base64.span)
    }

    /// How many bytes `addPlain` adds.
    static func plainLength(_ request: borrowing AuthRequest) -> Int {
        Secret.base64Length(of: plainCount(request))
    }

    private static func plainCount(_ request: borrowing AuthRequest) -> Int {
        request.login.count + request.password.count + 2
    }

    /// The command.
    consuming func finish() -> Secret {
        Secret(copying: bytes.span)
    }

    deinit {
        let bytes = bytes
        wipe(bytes.span)
    }
}
