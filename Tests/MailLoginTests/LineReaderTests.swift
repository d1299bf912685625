import Testing

@testable import MailLogin

private final class Lines {
    private var reader: LineReader

    init(readsLiterals: Bool = false) {
        reader = LineReader(readsLiterals: readsLiterals)
    }

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

    @Test(arguments: [1, 8_193, 100_000])
    func `the limit of a line is the same in pieces of any size`(size: Int) {
        let longest = String(repeating: "a", count: LineReader.longestLine)
        #expect(pieces(of: longest + "\r\n", size) == [longest])
        #expect(pieces(of: longest + "\r\r\n", size) == nil)
        #expect(pieces(of: longest + "a\r\n", size) == nil)
        // What is a line only without its literal.
        #expect(pieces(of: "* " + longest + " {1}\r\na\r\n", size) == nil)
    }

    private func pieces(of text: String, _ size: Int) -> [String]? {
        let lines = Lines(readsLiterals: true)
        var all: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            guard let some = lines.take(String(decoding: rest.prefix(size), as: UTF8.self)) else { return nil }
            all += some
            rest = rest.dropFirst(size)
        }
        return all
    }

    @Test func `an IMAP server's literals are no lines, however they come in`() {
        let text = "* LIST () {12}\r\nS2 OK no\r\n\r\n {3}\r\nabc x\r\n* X {2}\nab\nS2 OK yes\r\n"
        for length in [1, 2, 5, text.utf8.count] {
            let lines = Lines(readsLiterals: true)
            var all: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                all += lines.take(String(decoding: rest.prefix(length), as: UTF8.self)) ?? ["too much"]
                rest = rest.dropFirst(length)
            }
            #expect(all == ["* LIST ()   x", "* X ", "S2 OK yes"])
        }
        #expect(Lines().take("* X {3}\r\nabc\r\n") == ["* X {3}", "abc"])
    }

    @Test func `the text of a status announces no literal`() {
        let lines = Lines(readsLiterals: true)
        #expect(lines.take("* OK {3}\r\nS2 NO {3}\r\n+ {3}\r\n") == ["* OK {3}", "S2 NO {3}", "+ {3}"])
    }

    @Test(arguments: ["65537", "99999999999999999999999999"])
    func `a literal is limited as lines are`(length: String) {
        #expect(Lines(readsLiterals: true).take("* X {\(length)}\r\n") == nil)
        let lines = Lines(readsLiterals: true)
        #expect(lines.take("* X {65536}\r\n") == [])
        #expect(lines.take(String(repeating: "a", count: 65_536)) == nil)
    }
}
