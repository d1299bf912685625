import Platform
import Testing

@testable import Master

@Suite struct LineBuffersTests {
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

    @Test func `what is not taken waits, up to a limit`() throws {
        var buffer = OutputBuffer()
        let line = String(repeating: "x", count: 1023)
        for _ in 0..<64 { #expect(buffer.append(line) == true) }
        #expect(buffer.append("") == false)
        try buffer.flush { _ throws(SystemError) in .wouldBlock }
        #expect(buffer.append("") == false)
        var isFirst = true
        try buffer.flush { _ throws(SystemError) in
            defer { isFirst = false }
            return isFirst ? .bytes(1024) : .wouldBlock
        }
        #expect(buffer.append(line) == true)
        var count = 0
        try buffer.flush { bytes throws(SystemError) in
            count += min(bytes.count, 5000)
            return .bytes(min(bytes.count, 5000))
        }
        #expect(count == 65_536)
        #expect(buffer.isEmpty)
    }

    @Test func `what an ended process has not taken is dropped`() throws {
        var buffer = OutputBuffer()
        #expect(buffer.append("ping") == true)
        try buffer.flush { _ throws(SystemError) in .ended }
        #expect(buffer.isEmpty)
    }
}
