import ProcessProtocol
import Testing

@Suite struct LineReaderTests {
    static func text(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "x"), count: count) }

    @Test func `lines come whole, in whatever pieces they arrive`() throws {
        let bytes = Array("ready\nkill 12\n\nalive\nre".utf8)
        for length in 1...bytes.count {
            var reader = LineReader()
            var lines: [String] = []
            for start in stride(from: 0, to: bytes.count, by: length) {
                lines += try reader.take(bytes[start..<min(start + length, bytes.count)])
            }
            #expect(lines == ["ready", "kill 12", "", "alive"])
        }
    }

    @Test func `a line has 4,096 bytes at the most, whole or not`() throws {
        var reader = LineReader()
        #expect(try reader.take((Self.text(4096) + [0x0A])[...]).map(\.utf8.count) == [4096])
        #expect(throws: LineReader.TooLong.self) { _ = try reader.take((Self.text(4097) + [0x0A])[...]) }
        reader = LineReader()
        #expect(try reader.take(Self.text(4096)[...]) == [])
        #expect(throws: LineReader.TooLong.self) { _ = try reader.take(Self.text(1)[...]) }
    }
}
