import Testing

@testable import RemoteLogin

private final class Lines {
    private var reader = LineReader()

    func take(_ text: String) -> [String]? {
        let bytes = Array(text.utf8)
        return reader.take(bytes.span)?.map { String(decoding: $0, as: UTF8.self) }
    }
}

@Suite struct LineReaderTests {
    @Test func `lines come out however they come in`() {
        let lines = Lines()
        #expect(lines.take("a") == [])
        #expect(lines.take("b\r") == [])
        #expect(lines.take("\nc\n\r\nd") == ["ab", "c", ""])
        #expect(lines.take("\r\r\n") == ["d\r"])
    }

    @Test func `a line has 8 KiB and all have 64 KiB at the most`() {
        let lines = Lines()
        #expect(lines.take(String(repeating: "a", count: LineReader.longestLine)) == [])
        #expect(lines.take("a") == nil)
        let flood = Lines()
        let line = String(repeating: "a", count: 1_022) + "\r\n"
        for _ in 0..<64 { #expect(flood.take(line)?.count == 1) }
        #expect(flood.take("a") == nil)
    }
}
