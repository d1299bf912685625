import Authentication
import Testing

@testable import DovecotProtocol

@Suite struct ServerMessageTests {
    private func messages(_ text: String, pieces size: Int) throws(MalformedServerLine) -> [ServerMessage] {
        var reader = ServerMessageReader()
        var messages: [ServerMessage] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            var rest = piece.span
            while let message = try reader.next(&rest) { messages.append(message) }
        }
        return messages
    }

    @Test(arguments: [1, 2, 7, 10_000])
    func `the server's own lines are read, in pieces of any size`(size: Int) throws {
        let greeting = Greeting(
            mechanisms: [.plain, .scramSHA256],
            process: 4711,
            connection: 1,
            cookie: [UInt8](repeating: 7, count: Greeting.cookieLength)
        )
        let answers = [
            ServerLine.success(1, login: "alice", final: nil),
            ServerLine.rejection(2, login: "alice", .refused(.wrongPassword), minorVersion: 0),
            ServerLine.unavailable(3, login: nil), ServerLine.challenge(4, Span()),
            ServerLine.challenge(6, [0, 9, 10, 255].span), ServerLine.invalidBase64(5, isInitial: true),
        ]
        let text = String(decoding: greeting.wire + answers.flatMap { $0 }, as: UTF8.self)
        #expect(
            try messages(text, pieces: size) == [
                .version(major: 1, minor: 2), .mechanism("PLAIN"), .mechanism("SCRAM-SHA-256"), .process(4711), .other,
                .other, .done, .accepted(id: 1), .refused(id: 2), .unavailable(id: 3), .challenge(id: 4, ""),
                .challenge(id: 6, ByteString([0, 9, 10, 255])), .refused(id: 5),
            ]
        )
    }

    @Test(arguments: ["FAIL\t1\ttemp\n", "FAIL\t1\tuser=a\tcode=temp_fail\r\n", "FAIL\t1\tuser=temp\ttemp\n"])
    func `a refusal for now has the word of any version`(line: String) throws {
        #expect(try messages(line, pieces: 100) == [.unavailable(id: 1)])
    }

    @Test(arguments: [
        "OK", "OK\t", "OK\tx", "FAIL\t-1", "CONT\t1", "CONT", "CONT\t1\t!", "CONT\t1\tQQ", "VERSION\t1", "MECH",
        "MECH\t",
        "SPID\t",
    ])
    func `a line that lacks something is shown`(line: String) {
        #expect(throws: MalformedServerLine(Array(line.utf8).span)) { try messages(line + "\n", pieces: 3) }
    }

    @Test(arguments: [1000, 100_000])
    func `a line that is too long is given up, in pieces of any size`(size: Int) throws {
        let longest = String(repeating: "x", count: LineLimit.line - 1)
        #expect(try messages(longest + "\n", pieces: size) == [.other])
        #expect(throws: MalformedServerLine(Array(longest.utf8).span)) { try messages(longest + "x\n", pieces: size) }
    }

    @Test func `a line without end is given up, and its beginning shown`() {
        let text = String(repeating: "x", count: LineLimit.line)
        #expect(throws: MalformedServerLine(Array(text.utf8).span)) { try messages(text, pieces: 1000) }
        #expect(MalformedServerLine(Array(text.utf8).span).beginning.count == 100)
    }
}
