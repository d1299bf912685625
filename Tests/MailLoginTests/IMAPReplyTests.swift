import Testing

@testable import MailLogin

@Suite struct IMAPReplyTests {
    @Test(arguments: [
        ("S2 OK done", IMAPReply.tagged("S2", .ok, text: Array("done".utf8))), ("S2 OK", .tagged("S2", .ok, text: [])),
        ("S2 no [X] y", .tagged("S2", .no, text: Array("[X] y".utf8))),
        ("* OK hi", .untagged(.ok, text: Array("hi".utf8))),
        ("* PREAUTH hi", .untagged(.preauth, text: Array("hi".utf8))), ("* BYE", .untagged(.bye, text: [])),
        ("* Capability A B", .data("CAPABILITY", rest: Array("A B".utf8))),
        ("+ go on", .continuation(Array("go on".utf8))),
        ("+", .continuation([])), ("* ID {10}", .literal), ("S2 OK {1+}", .literal),
        ("*  ok   hi", .untagged(.ok, text: Array("hi".utf8))), ("S2  bAd", .tagged("S2", .bad, text: [])),
        ("* x ", .data("X", rest: [])),
    ])
    func `a line is one of these`(line: String, expected: IMAPReply) {
        #expect(IMAPReply(Array(line.utf8)) == expected)
    }

    @Test(arguments: [
        "", " ", "S2", "S2 ", " OK", "S2 OKAY", "S2 BYE", "S2 PREAUTH", "OK", "*", "HTTP/1.1 200 OK", "S2\tOK x",
    ])
    func `everything else is garbage`(line: String) {
        #expect(IMAPReply(Array(line.utf8)) == .garbage)
    }
}
