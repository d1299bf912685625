import Authentication
import ProcessProtocol
import Testing

@Suite struct ControlTests {
    static let requests: [ControlRequest] = [
        .status(.page), .status(.json), .status(.prometheus), .flush(login: nil), .flush(login: "alice@example.org"),
        .flush(login: ""), .flush(login: "\u{301}a b "), .reload, .restartWorkers,
    ]

    /// Reads one line with its end, as the daemon of version `own`.
    static func read(_ bytes: [UInt8], own: String = Product.version) throws(ControlRequest.Fault) -> ControlRequest {
        try ControlRequest(decoding: String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self), own: own)
    }

    @Test(arguments: requests)
    func `what is asked is what is read`(request: ControlRequest) throws {
        let bytes = request.encoded()
        #expect(bytes.last == 0x0A && bytes.count { $0 == 0x0A } == 1)
        #expect(try Self.read(bytes) == request)
    }

    @Test(arguments: requests)
    func `a saslauthctl of another version, older or newer, gets advice`(request: ControlRequest) {
        for (theirs, own) in [("1.0.0", "1.0.1"), ("1.0.1", "1.0.0"), ("", "1.0.0")] {
            let fault = #expect(throws: ControlRequest.Fault.self) {
                try Self.read(request.encoded(own: theirs), own: own)
            }
            #expect(
                fault?.description
                    == "saslauthctl has version \(theirs), but the running saslauthd has \(own): restart saslauthd after an upgrade"
            )
        }
    }

    @Test func `a command that this version does not have is of another version first`() {
        #expect(throws: ControlRequest.Fault.otherVersion(VersionMismatch("saslauthctl", version: "9", daemon: "1"))) {
            try ControlRequest(decoding: "version 9 drain pam", own: "1")
        }
        #expect(throws: ControlRequest.Fault.unknownCommand("drain pam")) {
            try ControlRequest(decoding: "version 1 drain pam", own: "1")
        }
    }

    @Test func `who names no version is refused too`() {
        let fault = #expect(throws: ControlRequest.Fault.self) { try ControlRequest(decoding: "flush alice") }
        #expect(fault?.description == "saslauthctl has another version: restart saslauthd after an upgrade")
    }

    @Test(arguments: [
        "", " ", "status ", "Status", "version 1", "version", "status xml", "workers", "flushalice", "GET / HTTP/1.1",
    ])
    func `what is no command is none`(words: String) {
        #expect(throws: ControlRequest.Fault.self) { try ControlRequest(decoding: words, own: "1") }
        #expect(throws: ControlRequest.Fault.unknownCommand(words)) {
            try ControlRequest(decoding: "version 1 \(words)", own: "1")
        }
    }

    @Test(arguments: requests)
    func `what is damaged is refused, or another request`(request: ControlRequest) throws {
        for bytes in Damage(bytes: request.encoded()) {
            guard let read = try? Self.read(bytes) else { continue }
            #expect(try Self.read(read.encoded()) == read)
        }
    }

    @Test(arguments: [.done(""), .done("a page\n\n of two"), .failed(reason: "not now: later")] as [ControlAnswer])
    func `what is answered is what saslauthctl reads`(answer: ControlAnswer) {
        #expect(ControlAnswer(decoding: answer.encoded) == answer)
    }

    @Test func `no answer is none, and what begins otherwise is a failure`() {
        #expect(ControlAnswer(decoding: "") == nil)
        for text in ["o", "okay\nx", "OK\n", "\nok\n", "error", "HTTP/1.1 200 OK"] {
            guard case .failed = ControlAnswer(decoding: text) else {
                Issue.record("\(text) is taken for an answer")
                continue
            }
        }
        #expect(ControlAnswer.failed(reason: "a\nok\nb").encoded == "error a ok b\n")
    }

    @Test func `who waits for another has more patience`() {
        #expect(Patience.start < Patience.answer && Patience.answer < Patience.call)
    }
}
