import Foundation
import TestSupport
import Testing

/// A page of man/, and what a terminal of 80 columns shows of it.
struct ManualPage: Sendable, CustomTestStringConvertible {
    /// What renders pages; man(1) uses one of them, with 78 columns on a terminal of 80.
    enum Formatter: CaseIterable, Sendable {
        case mandoc, groff

        fileprivate var command: Command {
            switch self {
            case .mandoc: Command("/usr/bin/mandoc", "-T", "utf8", "-O", "width=78")
            case .groff: Command("/usr/bin/groff", "-mdoc", "-Tutf8", "-P-cbou", "-rLL=78n")
            }
        }
    }

    /// The file's name, `saslauthd.8`.
    let name: String
    let source: String

    static let all: [ManualPage] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { ManualPage(named: $0) }
    }()

    static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
    private static let folder = root.appendingPathComponent("man")

    init(_ name: String, source: String) {
        self.name = name
        self.source = source
    }

    private init?(named name: String) {
        guard let text = try? String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8) else {
            return nil
        }
        self.init(name, source: text)
    }

    var testDescription: String { name }

    /// The lines on the terminal.
    func lines(by formatter: Formatter) throws -> [String] { try Self.lines(of: source, by: formatter) }

    /// The paragraphs on the terminal, each as one line; displays, which hold no prose, are left out.
    func prose(by formatter: Formatter) throws -> [String] {
        var isDisplay = false
        let prose = source.split(separator: "\n").filter { line in
            defer { if line.hasPrefix(".Ed") { isDisplay = false } }
            if line.hasPrefix(".Bd ") { isDisplay = true }
            return !isDisplay
        }
        return Self.paragraphs(try Self.lines(of: prose.joined(separator: "\n") + "\n", by: formatter))
    }

    /// Lines without a blank one between them, joined; a word that is divided at a hyphen is one again.
    static func paragraphs(_ lines: [String]) -> [String] {
        lines.split { $0.allSatisfy(\.isWhitespace) }.map { lines in
            lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
                .replacing(#/\ +/#, with: " ").replacing(#/(\w)[-‐] (?=\w)/#) { "\($0.output.1)-" }
        }
    }

    private static func lines(of source: String, by formatter: Formatter) throws -> [String] {
        let text = try formatter.command.run(input: source).output
        return text.replacing(#/.\u{8}/#, with: "").split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }
}
