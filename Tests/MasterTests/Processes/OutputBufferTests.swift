import Platform
import Testing

@testable import Master

@Suite struct OutputBufferTests {
    @Test func `what is not taken waits, up to a limit`() throws {
        var buffer = OutputBuffer()
        let message = [UInt8](repeating: UInt8(ascii: "x"), count: 1024)
        for _ in 0..<64 { #expect(buffer.append(message) == true) }
        #expect(buffer.append([0x0A]) == false)
        try buffer.flush { _ throws(SystemError) in .wouldBlock }
        #expect(buffer.append([0x0A]) == false)
        var isFirst = true
        try buffer.flush { _ throws(SystemError) in
            defer { isFirst = false }
            return isFirst ? .bytes(1024) : .wouldBlock
        }
        #expect(buffer.append(message) == true)
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
        #expect(buffer.append([0x0A]) == true)
        try buffer.flush { _ throws(SystemError) in .ended }
        #expect(buffer.isEmpty)
    }
}
