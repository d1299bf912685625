import Testing

@testable import Authentication

@Suite struct SpanSearchTests {
    private static func place(of part: String, in text: String, ignoringCase: Bool = false) -> Int? {
        Array(text.utf8).span.firstIndex(of: Array(part.utf8).span, ignoringASCIICase: ignoringCase)
    }

    @Test(arguments: [
        ("abc", "abc", 0), ("c", "abc", 2), ("bc", "abbc", 2), ("aab", "aaab", 1), ("abcd", "abc", nil),
        ("", "abc", nil),
        ("", "", nil), ("x", "", nil), ("B", "abc", nil), ("\u{E9}", "caf\u{E9}", 3),
    ])
    func `the first place, or none`(part: String, text: String, place: Int?) {
        #expect(Self.place(of: part, in: text) == place)
    }

    @Test func `letters are the same in either case, and nothing else is`() {
        #expect(Self.place(of: "SeCret", in: "my sEcReT", ignoringCase: true) == 3)
        // These differ in the same bit as letters do.
        for (one, other) in [("@", "`"), ("[", "{"), ("0", "\u{10}"), ("\u{E9}", "\u{C9}")] {
            #expect(Self.place(of: one, in: other, ignoringCase: true) == nil)
            #expect(Self.place(of: other, in: one, ignoringCase: true) == nil)
        }
    }
}
