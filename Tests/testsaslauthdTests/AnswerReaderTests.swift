import Testing

@testable import testsaslauthd

@Suite struct AnswerReaderTests {
    @Test(arguments: [
        ("OK", ProbeOutcome.accepted), ("OK remote authentication successful", .accepted), ("OKAY", .accepted),
        ("NO", .refused), ("NO ", .refused), ("Ok", .refused), ("XK", .refused),
        (String(repeating: "O", count: 300), .refused),
    ])
    func `the first two letters decide when the text is whole, in one piece or many`(
        text: String,
        outcome: ProbeOutcome
    ) {
        let bytes = [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 0xFF)] + Array(text.utf8)
        var reader = AnswerReader()
        #expect(reader.take((bytes + [1, 2, 3]).span) == outcome)

        var slowReader = AnswerReader()
        for byte in bytes.dropLast() { #expect(slowReader.take([byte].span) == nil) }
        #expect(slowReader.take([bytes[bytes.count - 1]].span) == outcome)
    }

    @Test(arguments: [0, 1])
    func `an answer that is too short is reported at once`(length: Int) {
        var reader = AnswerReader()
        #expect(reader.take([0, UInt8(length)].span) == .failed(.tooShort(length: length)))
    }

    @Test func `the end is reported by the bytes before it`() {
        var reader = AnswerReader()
        #expect(reader.cutShort == .noLength)
        #expect(reader.take([0].span) == nil)
        #expect(reader.cutShort == .noLength)
        #expect(reader.take([2].span) == nil)
        #expect(reader.cutShort == .textCut)
        #expect(reader.take([0x4F].span) == nil)
        #expect(reader.cutShort == .textCut)
    }
}
