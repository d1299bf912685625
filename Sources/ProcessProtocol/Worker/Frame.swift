internal import Authentication

/// Frames between the frontend and a mechanism program, saslauthd-mechanism(7).
///
/// A frame has a length of four bytes, a kind of one byte, and a body; the length counts kind and body. Numbers are in
/// network byte order. A counted string in a body has a length of two bytes.
package enum Frame {
    /// The protocol version of this package.
    package static let version: UInt16 = 2

    /// The versions of programs that the frontend can work with; those of version 1 offer no schemes.
    package static let versions: ClosedRange<UInt16> = 1...version

    /// The maximum length of kind and body, in bytes: enough for five fields of the maximum length that the command
    /// line allows, with a realm joined to the login.
    package static let maximumLength = 65_536

    /// The bytes before the body: length and kind.
    static let headerLength = 5

    enum Kind: UInt8 {
        case hello = 1
        case unusable = 2
        case request = 3
        case verdict = 4
        case log = 5
        case started = 6
        case later = 7
        case prepare = 8
        case prepared = 9
        case prove = 10
        case proven = 11
    }
}

/// Why a frame is invalid; drop the connection to its sender.
package enum FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong(Int)
    case empty
    case unknownKind(UInt8)
    /// The body is shorter or longer than its contents.
    case malformed(kind: UInt8)

    package var description: String {
        switch self {
        case .tooLong(let length): "frame of \(length) bytes exceeds the limit of \(Frame.maximumLength)"
        case .empty: "empty frame"
        case .unknownKind(let kind): "frame of unknown kind \(kind)"
        case .malformed(let kind): "malformed frame of kind \(kind)"
        }
    }
}

/// Reads numbers and counted strings from a frame's body, with a check of the remaining length before each.
struct BodyReader: ~Escapable {
    private(set) var rest: Span<UInt8>
    let kind: UInt8

    /// Begins after the kind of a whole frame.
    @_lifetime(copy frame)
    init(ofFrame frame: Span<UInt8>) throws(FrameError) {
        guard frame.count >= Frame.headerLength else { throw .empty }
        kind = frame[Frame.headerLength - 1]
        rest = frame.extracting(droppingFirst: Frame.headerLength)
    }

    @_lifetime(self: copy self)
    mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(FrameError) -> Number {
        let size = Number.bitWidth / 8
        guard rest.count >= size else { throw .malformed(kind: kind) }
        var value: Number = 0
        for index in 0..<size { value = value << 8 | Number(rest[index]) }
        rest = rest.extracting(droppingFirst: size)
        return value
    }

    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func string() throws(FrameError) -> Span<UInt8> {
        let length = Int(try number(UInt16.self))
        guard rest.count >= length else { throw .malformed(kind: kind) }
        let bytes = rest.extracting(first: length)
        rest = rest.extracting(droppingFirst: length)
        return bytes
    }

    func end() throws(FrameError) {
        guard rest.isEmpty else { throw .malformed(kind: kind) }
    }
}

/// Appends numbers and counted strings to a new frame.
struct FrameWriter: ~Copyable {
    private(set) var bytes: [UInt8]

    /// Begins a frame with a body of `bodyLength` bytes.
    init(_ kind: Frame.Kind, bodyLength: Int) {
        bytes = []
        bytes.reserveCapacity(Frame.headerLength + bodyLength)
        number(UInt32(1 + bodyLength))
        bytes.append(kind.rawValue)
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_ value: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Number(shift)))
        }
    }

    /// The length of counted strings in a body.
    static func length(of strings: [ByteString]) -> Int { strings.reduce(0) { $0 + 2 + $1.count } }

    mutating func strings(_ strings: [ByteString]) {
        for text in strings { string(text.bytes.span) }
    }

    mutating func string(_ span: Span<UInt8>) {
        number(UInt16(span.count))
        for index in span.indices { bytes.append(span[index]) }
    }

    consuming func finish() -> [UInt8] { bytes }
}
