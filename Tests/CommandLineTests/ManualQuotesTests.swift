import Foundation
import Testing

/// The texts that the tables of man/ quote, beside the sources that write them.
@Suite struct ManualQuotesTests {
    /// Texts of other programs and libraries.
    private static let foreign = [
        "cannot connect to saslauthd server", "PAM unable to dlopen", "unable to get local issuer certificate",
        "no alternative certificate subject name matches", "Access denied for user", "open FILE", "connect()",
    ]

    /// The strings and comments of all sources, in one line, with what is escaped in a string as it is printed.
    private static let sources: String = {
        let folder = ManualPage.root.appendingPathComponent("Sources")
        let files =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return files.filter { $0.pathExtension == "swift" }.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
            .joined(separator: "\n").replacing("\\\"", with: "\"")
    }()

    /// The parts of a quotation that are the same in each line.
    static func fixedParts(of quotation: String) -> [String] {
        quotation.split(separator: #/\.\.\.|\[[^\]]*\]|\b[A-Z][A-Z_]+\b|\([A-Z\d]+\)|\b[0-9N]+\b|["“”]|reason=|\/\S+/#)
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " :,;-=/")) }
            .filter { $0.count >= 10 }
    }

    /// Whether the sources have the text, or, where colons divide it, each piece.
    private static func isWritten(_ part: String) -> Bool {
        isWrittenAsOne(part)
            || part.contains(": ") && part.split(separator: ": ").map(String.init).allSatisfy(isWrittenAsOne)
    }

    /// The first word may be one that varies.
    private static func isWrittenAsOne(_ part: String) -> Bool {
        let rest = part.drop { $0 != " " }.trimmingCharacters(in: .whitespaces)
        return sources.contains(part) || rest.count >= 8 && sources.contains(rest)
    }

    private static func quotations(in page: ManualPage) -> [String] {
        let start = page.source.range(of: "\n.Sh DIAGNOSTICS\n")?.upperBound ?? page.source.endIndex
        let section = page.source[start...]
        let end = section.range(of: "\n.Sh ")?.lowerBound ?? section.endIndex
        return section[..<end].split(separator: "\n").filter { $0.hasPrefix(".It Li ") }.flatMap { line in
            line.dropFirst(".It Li ".count).split(separator: " , ").map {
                String($0).replacing(#/\ (?:Q[qoc]|Li|Ar)\b/#, with: "").replacing("\\&", with: "")
            }
        }
    }

    @Test(arguments: ManualPage.all)
    func `a text that a table quotes is one that is written`(page: ManualPage) {
        for quotation in Self.quotations(in: page) where !Self.foreign.contains(where: quotation.hasPrefix) {
            for part in Self.fixedParts(of: quotation) {
                let isWritten = Self.isWritten(part)
                #expect(isWritten, "\(page.name): \(quotation): \(part)")
            }
        }
    }

    @Test func `what varies is not looked for`() {
        #expect(Self.fixedParts(of: "worker PID does not respond; killing it") == ["does not respond; killing it"])
        #expect(Self.fixedParts(of: "login exceeded MAX_REQ_LEN: 256") == ["login exceeded"])
        #expect(Self.fixedParts(of: "the search: protocolError (2)") == ["the search: protocolError"])
        #expect(Self.isWritten("the search: protocolError") && !Self.isWritten("the search: protokollError"))
        #expect(Self.isWritten("worker does not respond; killing it") && !Self.isWritten("login is kilt"))
        #expect(
            Self.quotations(in: ManualPage("a.8", source: "\n.Sh DIAGNOSTICS\n.It Li no such line , another\n")).count
                == 2
        )
    }
}
