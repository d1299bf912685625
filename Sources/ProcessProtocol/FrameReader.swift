/// Finds the frames in what has come over a connection.
///
/// The reader keeps no bytes: it looks at the beginning of those that the caller keeps.
package enum FrameReader {
    /// The bytes that the first frame in `bytes` takes, or `nil` when it is not there as a whole yet.
    package static func length(ofFirstIn bytes: Span<UInt8>) throws(FrameError) -> Int? {
        guard bytes.count >= 4 else { return nil }
        var length = 0
        for index in 0..<4 { length = length << 8 | Int(bytes[index]) }
        guard length > 0 else { throw .empty }
        guard length <= Frame.maximumLength else { throw .tooLong(length) }
        return bytes.count >= 4 + length ? 4 + length : nil
    }

    /// Reads a whole frame from a mechanism program.
    package static func message(in frame: Span<UInt8>) throws(FrameError) -> MechanismMessage {
        try MechanismMessage(kind: frame[4], body: frame.extracting(droppingFirst: Frame.headerLength))
    }

    /// Reads a whole frame from the frontend.
    package static func request(in frame: Span<UInt8>) throws(FrameError) -> RequestFrame {
        guard frame[4] == Frame.Kind.request.rawValue else { throw .unknownKind(frame[4]) }
        return try RequestFrame(body: frame.extracting(droppingFirst: Frame.headerLength))
    }
}
