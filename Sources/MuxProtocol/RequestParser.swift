package import Authentication

/// Parses the bytes that a client has sent so far.
///
/// A request has four fields or five, and does not say how many: released versions of libsasl2 and Exim send four, the
/// next libsasl2 adds the client's address. Clients that send five write them in one call. So if no further byte can be
/// read after the fourth field, the request is complete.
package struct RequestParser: Sendable {
    package enum Progress: ~Copyable {
        /// Parse again when there are this many bytes in total.
        case incomplete(needed: Int)
        /// Four fields are complete and a fifth has begun: wait briefly for it, then parse with `ignoringAddress`.
        case addressIncomplete(needed: Int)
        case complete(AuthRequest)
    }

    /// The maximum length of a field, in bytes.
    package let maximumFieldLength: Int

    package init(maximumFieldLength: Int) {
        self.maximumFieldLength = maximumFieldLength
    }

    /// Parses all bytes received so far.
    ///
    /// Bytes after the request are not an error. With such bytes, or with an invalid fifth field, the request has no
    /// client address. With `ignoringAddress`, four fields are a complete request whatever follows.
    package func parse(_ bytes: Span<UInt8>, ignoringAddress: Bool = false) throws(MuxError) -> Progress {
        var reader = FieldReader(bytes, limit: maximumFieldLength)
        let login: Span<UInt8>
        switch try reader.next(.login) {
        case .truncated(let missing): return .incomplete(needed: bytes.count + missing)
        case .field(let span): login = span
        }
        let password: Span<UInt8>
        switch try reader.next(.password) {
        case .truncated(let missing): return .incomplete(needed: bytes.count + missing)
        case .field(let span): password = span
        }
        let service: Span<UInt8>
        switch try reader.next(.service) {
        case .truncated(let missing): return .incomplete(needed: bytes.count + missing)
        case .field(let span): service = span
        }
        let realm: Span<UInt8>
        switch try reader.next(.realm) {
        case .truncated(let missing): return .incomplete(needed: bytes.count + missing)
        case .field(let span): realm = span
        }

        var address = ByteString()
        if !ignoringAddress, !reader.rest.isEmpty {
            do {
                switch try reader.next(.clientAddress) {
                case .truncated(let missing): return .addressIncomplete(needed: bytes.count + missing)
                case .field(let span): if reader.rest.isEmpty { address = ByteString(copying: span) }
                }
            } catch {
                // An invalid address is ignored: the verdict does not depend on it.
            }
        }

        guard !login.isEmpty else {
            throw password.isEmpty && service.isEmpty && realm.isEmpty ? .emptyRequest : .emptyLogin
        }
        guard !password.isEmpty else { throw .emptyPassword }
        return .complete(
            AuthRequest(
                login: ByteString(copying: login),
                password: Secret(copying: password),
                service: ByteString(copying: service),
                realm: ByteString(copying: realm),
                remote: address
            )
        )
    }
}
