/// Reads counted strings: a length of two bytes in network byte order, then that many bytes.
///
/// The fields are slices of the input.
struct FieldReader: ~Escapable {
    enum Next: ~Copyable, ~Escapable {
        case field(Span<UInt8>)
        /// The input ends within the field; at least `missing` more bytes are needed.
        case truncated(missing: Int)
    }

    private(set) var rest: Span<UInt8>
    private let limit: Int

    /// Reads from `bytes` fields of at most `limit` bytes each.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, limit: Int) {
        rest = bytes
        self.limit = limit
    }

    /// Returns the next field; its length is checked before its bytes have arrived.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next(_ field: Field) throws(MuxError) -> Next {
        guard rest.count >= 2 else { return .truncated(missing: 2 - rest.count) }
        let length = Int(rest[0]) << 8 | Int(rest[1])
        guard length <= limit else { throw .tooLong(field, limit: limit) }
        guard rest.count - 2 >= length else { return .truncated(missing: length - (rest.count - 2)) }
        let bytes = rest.extracting(2..<2 + length)
        for index in bytes.indices where bytes[index] == 0 { throw .holdsZeroByte(field) }
        rest = rest.extracting(droppingFirst: 2 + length)
        return .field(bytes)
    }
}
