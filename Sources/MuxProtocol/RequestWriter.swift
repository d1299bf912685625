package import Authentication

/// The bytes of a request, as a client sends them.
package enum RequestWriter {
    /// Encodes the fields; the caller wipes the bytes after sending.
    ///
    /// Without an `address` (`host;port`) the request has four fields. Returns `nil` if a field is longer than 65,535
    /// bytes.
    package static func request(
        login: ByteString,
        password: borrowing Secret,
        service: ByteString,
        realm: ByteString,
        address: ByteString?
    ) -> [UInt8]? {
        let texts = [login, service, realm] + (address.map { [$0] } ?? [])
        guard password.count <= UInt16.max, texts.allSatisfy({ $0.count <= UInt16.max }) else { return nil }
        let size = texts.reduce(2 + password.count) { $0 + 2 + $1.count }
        return [UInt8](capacity: size) { output in
            append(login.bytes.span, to: &output)
            append(password.span, to: &output)
            for text in texts.dropFirst() { append(text.bytes.span, to: &output) }
        }
    }

    private static func append(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(bytes.count >> 8))
        output.append(UInt8(bytes.count & 0xFF))
        for index in bytes.indices { output.append(bytes[index]) }
    }
}
