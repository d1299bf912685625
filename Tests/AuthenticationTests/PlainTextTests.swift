import Authentication
import Testing

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("plain äöü 漢字 text", "plain äöü 漢字 text"),
        ("a\nb\u{1B}[2J", "a\\nb\\x1b\\x5b2J".replacing("\\x5b", with: "[")),
        ("a\u{9B}2J", "a\\u{9b}2J"), ("a\u{202E}b\u{2066}", "a\\u{202e}b\\u{2066}"), ("\u{2028}", "\\u{2028}"),
    ])
    func `what moves a cursor or turns the text round is escaped`(text: String, plain: String) {
        #expect(PlainText.of(text) == plain)
    }

    @Test func `what is to be kept is kept`() {
        #expect(PlainText.of("a\nb\tc", keeping: ["\n"]) == "a\nb\\tc")
    }
}
