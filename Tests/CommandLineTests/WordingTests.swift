import Foundation
import TestSupport
import Testing

/// The lint of words, Tests/wording.
@Suite struct WordingTests {
    private static let lint = ManualPage.root.appendingPathComponent("Tests/wording").path

    private func faults(_ text: String, in file: String) throws -> Command.Result {
        let folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent(file)
        try Data(text.utf8).write(to: path)
        return try Command(Self.lint, path.path).run()
    }

    @Test func `manual pages and README have the words of the glossary`() throws {
        let paths = ["man", "README.md"].map { ManualPage.root.appendingPathComponent($0).path }
        let result = try Command(Self.lint, paths).run()
        #expect(result.status == 0 && result.complaints.isEmpty, "\(result.output)\(result.complaints)")
    }

    @Test(arguments: [
        "nothing could be found out", "pam can tell nothing", "a mechanism that cannot tell anything",
        "refusals are held back",
        "it is told later", "not said again for a minute", "they come later", "requests in hand",
        "what is in the works",
        "the oldest makes room", "it gives way", "four failures in a row", "beside the cache", "besides",
        "of one's own",
        "of which the first counts", "be it pam or shadow", "what comes of it", "those who guess",
        "who guesses is slowed down",
        "as in the original", "all stays as it was", "they stay as they were", "the process has ended", "it is no more",
        "sent in the clear",
    ])
    func `words that the glossary replaces are found, in pages, in Markdown, and in comments and strings`(words: String)
        throws
    {
        // Words may stand in two lines, and between macros.
        let divided = words.replacingOccurrences(of: " ", with: "\n")
        let texts = [
            "a.8": ".Sh DESCRIPTION\nA text:\n.Li \(divided)\n", "b.7": ".Pp\n\(words)\n",
            "c.md": "Some text\n\(divided)\n",
            "d.swift": "let a = 1\n/// \(words.replacingOccurrences(of: " ", with: "\n    /// "))\n",
            "e.swift": "let a = \"x \(words): \\(y)\"\n", "f.swift": "let a = \"\"\"\n    \(divided)\n    \"\"\"\n",
            "g.swift": "f() // \(words)\n",
        ]
        for (file, text) in texts {
            let result = try faults(text, in: file)
            #expect(
                result.status == 1 && result.output.contains("/\(file):"),
                "\(file): \(result.output)\(result.complaints)"
            )
        }
    }

    @Test(arguments: [
        "the threshold backs off", "a retold story", "a row in hands of many", "more than one row", "bedside",
        "the originals",
        "it ended", "someone's own", "no more than ten", "at hand", "find out why", "no verdict", "stays as is needed",
    ])
    func `words that only look like them are not found`(words: String) throws {
        for file in ["a.8", "b.md"] {
            let result = try faults("\(words)\n", in: file)
            #expect(result.status == 0, "\(result.output)")
        }
    }

    @Test func `code is not held to them`() throws {
        let result = try faults("let told = besides(inHand: original)\n", in: "a.swift")
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func `a path that is not there is an error`() throws {
        let result = try Command(Self.lint, "/nonexistent/page.8").run()
        #expect(result.status == 1 && result.complaints.contains("no such file or folder"))
    }
}
