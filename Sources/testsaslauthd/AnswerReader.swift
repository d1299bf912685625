/// Puts an answer together from the pieces in which it comes.
struct AnswerReader {
    /// Bytes of length and text that have come.
    private var count = 0
    private var length = 0
    private var beginsAsOK = true

    /// Takes the next piece; the outcome as soon as it is certain and the text is whole.
    ///
    /// Bytes behind the text are ignored.
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

    /// What it means that nothing more comes.
    var cutShort: Failure { count < 2 ? .noLength : .textCut }
}
