package import Authentication

/// Makes a request of what a client has sent so far.
///
/// A request has four fields or five, and nothing in it says how many: released libsasl2 and Exim send four, the next libsasl2
/// a fifth with the client's address. Every client that sends five writes them in one call, so whoever has read all that can be
/// read when the fourth is complete knows the form, and need not wait for a field that may never come.
package struct RequestParser: Sendable {
    package enum Progress: ~Copyable {
        /// Parsing again is of use when this many bytes are there in all.
        case incomplete(needed: Int)
        /// Four fields are complete and a fifth has begun: wait a moment for it, then go on with `ignoringAddress`.
        case addressIncomplete(needed: Int)
        case complete(AuthRequest)
    }

    /// The longest field that is accepted, in bytes.
    package let maximumFieldLength: Int

    package init(maximumFieldLength: Int) {
        self.maximumFieldLength = maximumFieldLength
    }

    /// Parses all that a client has sent so far.
    ///
    /// Bytes behind the request are no error; they, an overlong fifth field or one with a zero byte only cost the address.
    /// With `ignoringAddress`, four fields are a whole request whatever follows.
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
                // Overlong or with a zero byte: the answer is right without it.
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
