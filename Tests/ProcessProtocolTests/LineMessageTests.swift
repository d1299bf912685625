import Authentication
import ProcessProtocol
import Testing

@Suite struct LineMessageTests {
    static let masterMessages: [MasterMessage] = [
        .serve, .retire, .ping, .kept(reason: "there is no account x: \u{301}y  z"), .kept(reason: ""),
    ]

    static let frontendMessages: [FrontendMessage] = [
        .ready, .failed("pam", reason: "not now: later"), .failed("pam", reason: ""), .kill(12),
        .closed(Int32.max), .reload, .alive,
    ]

    /// What a reader makes of the bytes.
    static func read<Message: LineMessage>(_ bytes: [UInt8]) -> [Message?]? {
        var reader = LineReader()
        return (try? reader.take(bytes[...]))?.map { Message(decoding: $0) }
    }

    @Test(arguments: masterMessages)
    func `what the master tells is what the frontend reads`(message: MasterMessage) {
        #expect(Self.read(message.encoded) == [message])
    }

    @Test(arguments: frontendMessages)
    func `what the frontend tells is what the master reads`(message: FrontendMessage) {
        #expect(Self.read(message.encoded) == [message])
    }

    @Test(
        arguments: [
            ("ready", .ready), ("failed pam: not now: later", .failed("pam", reason: "not now: later")),
            ("kill 12", .kill(12)), ("closed 4711", .closed(4711)), ("reload", .reload), ("alive", .alive),
            ("kill 1", nil), ("kill -5", nil), ("kill", nil), ("kill 2147483648", nil), ("closed 0", nil),
            ("closed x", nil),
            ("", nil), ("readyness", nil), ("ready 1", nil), ("failed pam", nil), ("failed ../pam: x", nil),
            ("serve", nil),
        ] as [(String, FrontendMessage?)]
    )
    func `a line of the frontend is understood or passed over`(line: String, message: FrontendMessage?) {
        #expect(FrontendMessage(decoding: line) == message)
    }

    @Test(
        arguments: [
            ("serve", .serve), ("retire", .retire), ("ping", .ping),
            ("kept not now: later", .kept(reason: "not now: later")),
            ("kept", nil), ("ping ", nil), ("", nil), ("ready", nil),
        ] as [(String, MasterMessage?)]
    )
    func `a line of the master is understood or passed over`(line: String, message: MasterMessage?) {
        #expect(MasterMessage(decoding: line) == message)
    }

    @Test func `a reason of any length and with breaks is one line that can be read`() throws {
        for text in [String(repeating: "\\xff", count: 1024), String(repeating: "\u{1F512}\r\n", count: 2000)] {
            let messages: [any LineMessage] = [
                .failed("pam", reason: text) as FrontendMessage, MasterMessage.kept(reason: text),
            ]
            for message in messages {
                var reader = LineReader()
                let lines = try reader.take(message.encoded[...])
                #expect(lines.count == 1 && lines[0].utf8.count <= LineReader.longestLine)
                #expect(!lines[0].contains("\u{FFFD}"), "it is cut between two characters")
            }
        }
        #expect(
            Self.read(FrontendMessage.failed("pam", reason: "a\nkill 12").encoded) == [
                FrontendMessage.failed("pam", reason: "a kill 12")
            ]
        )
    }

    @Test(arguments: frontendMessages)
    func `what is damaged is passed over, or another message that can be sent`(message: FrontendMessage) {
        for bytes in Damage(bytes: message.encoded) {
            let read: [FrontendMessage?] = Self.read(bytes) ?? []
            for message in read.compactMap(\.self) {
                #expect(Self.read(message.encoded) == [message])
                if case .kill(let process) = message { #expect(process > 1) }
                if case .closed(let process) = message { #expect(process > 1) }
            }
        }
    }

    @Test(arguments: masterMessages)
    func `what is damaged of the master's is passed over, or another message`(message: MasterMessage) {
        for bytes in Damage(bytes: message.encoded) {
            let read: [MasterMessage?] = Self.read(bytes) ?? []
            for message in read.compactMap(\.self) { #expect(Self.read(message.encoded) == [message]) }
        }
    }
}
