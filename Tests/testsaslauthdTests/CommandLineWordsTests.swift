import Authentication
import Testing

@testable import testsaslauthd

@Suite struct CommandLineWordsTests {
    private func words(_ arguments: [String]) throws -> CommandLineWords {
        try CommandLineWords(
            (["testsaslauthd"] + arguments).map { Array($0.utf8) },
            shortOptions: ProbeSettings.shortOptions,
            longOptions: ProbeSettings.longOptions
        )
    }

    @Test(arguments: [
        (["-u", "alice"], ["-u", "alice"]),
        (["-ualice"], ["-u", "alice"]),
        (["-u=alice"], ["-u", "=alice"]),
        (["-u", "-r", "-s"], ["-u", "-r"]),
        (["-u", "--", "-s", "x"], ["-u", "--", "-s", "x"]),
        (["word", "-", "-f", ""], ["word", "-", "-f", ""]),
        (["--address", "-u", "-sx"], ["--address", "-u", "-s", "x"]),
        (["--address=a;1", "--concurrency", "8"], ["--address=a;1", "--concurrency", "8"]),
        (["-sx", "--", "-q", "-u"], ["-s", "x", "--", "-q", "-u"]),
    ])
    func `words are taken apart as getopt does`(given: [String], expected: [String]) throws {
        if given.last == "-s" {
            #expect(throws: ProbeUsageError("option requires an argument -- 's'")) { _ = try words(given) }
        } else {
            #expect(try words(given).words == expected)
        }
    }

    @Test(arguments: ["-x", "-xu", "-hualice", "-=p"])
    func `an unknown letter is named`(word: String) {
        let letter = word.dropFirst().first.map(String.init) ?? ""
        #expect(throws: ProbeUsageError("invalid option -- '\(letter)'")) { _ = try words([word]) }
    }

    @Test func `the last password is taken out, and the places of all are known`() throws {
        var words = try words(["-pfirst", "-u", "alice", "-p", "second", "-s", "second"])
        #expect(words.words == ["-p", "", "-u", "alice", "-p", "", "-s", "second"])
        #expect(words.passwords == [.init(word: 1, offset: 2), .init(word: 5, offset: 0)])
        #expect(bytes(of: words.takePassword()) == Array("second".utf8))
    }

    @Test func `there is no password without -p, and an empty one with an empty value`() throws {
        var without = try words(["-u", "alice"])
        #expect(bytes(of: without.takePassword()) == nil)
        var empty = try words(["-p", ""])
        #expect(bytes(of: empty.takePassword()) == [])
    }

    private func bytes(of secret: consuming Secret?) -> [UInt8]? {
        switch consume secret {
        case .some(let secret): [UInt8](copying: secret.span)
        case nil: nil
        }
    }

    @Test func `bytes that are no UTF-8 come through`() throws {
        let bytes: [UInt8] = [0x2D, 0x75, 0xE9, 0xFF, 0x0D, 0x0A]
        let words = try CommandLineWords([[], bytes], shortOptions: "u", longOptions: [])
        #expect(ByteString(characters: words.words[1]).bytes == Array(bytes.dropFirst(2)))
    }
}
