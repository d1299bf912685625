/// Assembles an answer from the pieces in which it arrives.
struct AnswerReader {
    /// The bytes of length and text received so far.
    private var count = 0
    private var length = 0
    private var beginsAsOK = true

    /// Takes the next piece; returns the outcome once the text is complete or the length is invalid.
    ///
    /// Bytes after the text are ignored.
    mutating func take(_ bytes: Span<UInt8>) -> ProbeOutcome? {
        for index in bytes.indices {
            let byte = bytes[index]
            switch count {
            case 0: length = Int(byte) << 8
            case 1: length |= Int(byte)
            case 2: beginsAsOK = byte == UInt8(ascii: "O")
            case 3: beginsAsOK = beginsAsOK && byte == UInt8(ascii: "K")
            default: break
            }
            count += 1
            if count == 2, length < 2 { return .failed(.tooShort(length: length)) }
            if count == 2 + length { return beginsAsOK ? .accepted : .refused }
        }
        return nil
    }

    /// The failure if the connection ends now.
    var cutShort: Failure { count < 2 ? .noLength : .textCut }
}
