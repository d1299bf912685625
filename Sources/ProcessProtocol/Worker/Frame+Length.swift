extension Frame {
    /// The size of the first frame in `bytes`, its length field included; `nil` while it is incomplete.
    package static func length(ofFirstIn bytes: Span<UInt8>) throws(FrameError) -> Int? {
        guard bytes.count >= 4 else { return nil }
        var length = 0
        for index in 0..<4 { length = length << 8 | Int(bytes[index]) }
        guard length > 0 else { throw .empty }
        guard length <= Frame.maximumLength else { throw .tooLong(length) }
        return bytes.count >= 4 + length ? 4 + length : nil
    }
}
